"""The Compose file and the Kubernetes manifests against their schemas, and against what there is to deploy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from runtime import keys
from runtime.settings import SETTINGS
from tests.conftest import ROOT

KUBERNETES = sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
OLDEST = "1.30"
"""The oldest release of Kubernetes that the manifests are for; the newest that is known is tried, too."""
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yml").read_text())
OUR_IMAGE = "sahayak:1"


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in KUBERNETES:
        for document in yaml.safe_load_all(path.read_text()):
            yield f"{path.name}:{document['kind']}:{document['metadata']['name']}", document


DOCUMENTS = dict(documents())
WORKLOADS = {name: d for name, d in DOCUMENTS.items() if d["kind"] in ("Deployment", "StatefulSet")}


def pod(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("release", [OLDEST, kubernetes_validate.latest_version()])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_manifest_is_of_the_schema(name: str, release: str) -> None:
    kubernetes_validate.validate(DOCUMENTS[name], release, strict=True)


def test_the_schema_would_notice() -> None:
    broken = json.loads(json.dumps(DOCUMENTS["gateway.yaml:Deployment:gateway"]))
    broken["spec"]["template"]["spec"]["containers"][0]["livenes"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, OLDEST, strict=True)


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_is_watched_bounded_and_without_rights(name: str) -> None:
    spec = pod(WORKLOADS[name])
    assert spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"]
    for container in (*spec["containers"], *spec.get("initContainers", ())):
        assert {"cpu", "memory"} <= set(container["resources"]["requests"]) & set(container["resources"]["limits"])
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
        assert rights["capabilities"] == {"drop": ["ALL"]}
    for container in spec["containers"]:
        assert {"livenessProbe", "readinessProbe"} <= set(container)
    mounts = {mount["name"] for container in spec["containers"] for mount in container["volumeMounts"]}
    templates = {claim["metadata"]["name"] for claim in WORKLOADS[name]["spec"].get("volumeClaimTemplates", ())}
    assert mounts <= {volume["name"] for volume in spec.get("volumes", ())} | templates


def commands() -> Iterator[list[str]]:
    for document in WORKLOADS.values():
        for container in pod(document)["containers"]:
            if container["image"] == OUR_IMAGE:
                yield container["command"]
                for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                    if "exec" in container.get(probe, {}):
                        yield container[probe]["exec"]["command"]
    for service in COMPOSE["services"].values():
        if service.get("image") == OUR_IMAGE:
            yield service["command"]
            if "-m" in service.get("healthcheck", {}).get("test", ()):
                yield service["healthcheck"]["test"][1:]


def test_what_is_started_exists() -> None:
    seen = set()
    for interpreter, flag, module, *_rest in commands():
        assert interpreter in (".venv/bin/python", ".venv-rasa/bin/python") and flag == "-m"
        path = ROOT.joinpath(*module.split("."))
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
        seen.add(module)
    assert {"connectors", "connectors.sender", "departments", "runtime.worker", "runtime.operating.alive"} <= seen


def test_only_settings_that_there_are() -> None:
    given = set(DOCUMENTS["settings.yaml:ConfigMap:settings"]["data"])
    for service in COMPOSE["services"].values():
        if service.get("image") == OUR_IMAGE:
            given |= set(service["environment"])
    assert (
        given - {"FORWARDED_ALLOW_IPS"} <= set(SETTINGS)
        and {"DATA_DIR", "PUBLIC_URL", "SAHAYAK_DEPARTMENTS_URL"} <= given
    )


def test_the_workers_grow_with_what_waits_and_no_further_than_there_are_partitions() -> None:
    scaler = DOCUMENTS["worker.yaml:HorizontalPodAutoscaler:worker"]["spec"]
    assert scaler["maxReplicas"] == keys.PARTITIONS
    asked = {metric["external"]["metric"]["name"] for metric in scaler["metrics"]}
    rules = yaml.safe_load(DOCUMENTS["metrics.yaml:ConfigMap:adapter-rules"]["data"]["config.yaml"])
    assert asked == {rule["name"]["as"] for rule in rules["externalRules"]}
    assert all("replicas" not in DOCUMENTS[f"{name}.yaml:Deployment:{name}"]["spec"] for name in ("worker", "gateway"))


def test_what_is_selected_and_routed_to_exists() -> None:
    apps = {d["spec"]["template"]["metadata"]["labels"]["app"] for d in WORKLOADS.values()}
    services = {d["metadata"]["name"]: d["spec"] for d in DOCUMENTS.values() if d["kind"] == "Service"}
    assert {spec["selector"]["app"] for spec in services.values() if "selector" in spec} <= apps
    for document in DOCUMENTS.values():
        if document["kind"] == "NetworkPolicy":
            chosen = document["spec"]["podSelector"].get("matchLabels", {}).get("app")
            assert chosen is None or chosen in apps
    backends = re.findall(r"'name': '(\w+)', 'port'", str(DOCUMENTS["gateway.yaml:Ingress:gateway"]))
    assert set(backends) == {"nothing", "gateway"} <= set(services)


def test_the_compose_file_is_of_its_schema() -> None:
    schema = json.loads(
        resources.files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    jsonschema.validate(COMPOSE, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**COMPOSE, "services": {"gateway": {"imagine": "x"}}}, schema)


def test_everything_ours_in_compose_is_watched_and_bounded() -> None:
    for name, service in COMPOSE["services"].items():
        if service.get("image") == OUR_IMAGE:
            assert "limits" in service["deploy"]["resources"], name
            assert service["read_only"] and service["cap_drop"] == ["ALL"]
            assert "healthcheck" in service, name
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), "nothing is open to the world: a server that speaks TLS goes in front"
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (ROOT / "deploy" / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


def test_redis_keeps_what_it_confirms_wherever_it_is_started() -> None:
    stated = pod(DOCUMENTS["redis.yaml:StatefulSet:redis"])["containers"][0]["command"][-1]
    composed = " ".join(COMPOSE["services"]["redis"]["command"])
    for command in (stated, composed):
        assert "--appendonly yes" in command and "--appendfsync always" in command
        assert "--maxmemory-policy noeviction" in command


def test_the_image_is_built_from_what_is_locked() -> None:
    text = (ROOT / "deploy/Dockerfile").read_text()
    assert "runtime.bootstrap train" in text and "USER sahayak" in text
    assert not re.search(r"pip install (?!.*--require-hashes)", text)
    assert Path(ROOT / ".dockerignore").exists()
