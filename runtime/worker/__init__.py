"""The conversation worker: the one process with Rasa in it, and the one place where dialogue and actions meet.

Its linear algebra runs on one thread: the matrices of one message are small, and the threads of several workers wait
for each other (measured on two busy cores: two workers 0.8 times one with as many as the library likes, 1.6 to 1.8 so).
Whoever sets these variables decides.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # Read by the libraries when they are loaded, which is after this.
    os.environ.setdefault(_name, "1")
