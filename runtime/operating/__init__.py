"""Commands for whoever runs Sahayak: look at what was given up, change keys, take out sentences for linguists."""
