"""The chart, installed in a cluster whose pods run the real programs, on a real Kafka and Redis."""
import chart as charts
import images
from chart import CLIENT, NAMESPACE, RELEASE, Chart, Secrets
from cluster import DATA, Case, is_ready
from gateway_caller import GatewayCaller
from parts import wait_until

OF_DATA = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": DATA}}}]
VALUES = {
    "networkPolicy": {"kafka": {"to": OF_DATA, "ports": [9092]}, "redis": {"to": OF_DATA, "ports": [6379]}},
    # One client makes all the calls of a district here.
    "gateway": {"options": {"requests-per-second": 100000, "requests-at-once": 100000}},
}
PATIENCE_S = 240


class InstalledChart(Case):
    """Once for the class: everything installed and ready, and a caller with a token of the gateway's."""

    VALUES = VALUES

    @classmethod
    def prepare(cls):
        cls.folder = cls.cluster.folder
        cls.cluster.images |= images.of_programs(cls.folder, charts.VERSION, images.NEW)
        cls.cluster.images |= images.of_programs(cls.folder, "next", images.NEW)
        cls.cluster.write_images()
        cls.cluster.start_kafka_and_redis()
        cls.secrets = Secrets()
        cls.cluster.apply(charts.namespace())
        cls.cluster.apply(*cls.secrets.objects)
        cls.chart = Chart(cls.cluster)
        cls.chart.install(cls.VALUES)
        cls.wait_rolled_out()
        gateway = cls.cluster.api.get(f"/api/v1/namespaces/{NAMESPACE}/services/{RELEASE}-gateway")
        cls.gateway = f"{gateway['spec']['clusterIP']}:7480"
        cls.caller = GatewayCaller(cls.gateway, CLIENT, cls.secrets.client_secret)

    @classmethod
    def pods(cls, component=None):
        labels = {"app.kubernetes.io/instance": RELEASE}
        return cls.cluster.pods(NAMESPACE, labels | ({"app.kubernetes.io/component": component} if component else {}))

    @classmethod
    def wait_rolled_out(cls):
        """What is asked for is there and ready, and nothing else."""
        apps = f"/apis/apps/v1/namespaces/{NAMESPACE}"

        def rolled_out():
            every = [*cls.cluster.api.list(f"{apps}/statefulsets"), *cls.cluster.api.list(f"{apps}/deployments")]
            return all(one["status"].get("observedGeneration", 0) >= one["metadata"]["generation"]
                       and one["status"].get("updatedReplicas", 0) == one["spec"]["replicas"] for one in every) and (
                len(cls.pods()) == sum(one["spec"]["replicas"] for one in every) and all(map(is_ready, cls.pods())))
        try:
            wait_until(rolled_out, "rolled out", PATIENCE_S)
        except Exception as late:
            raise AssertionError(f"{late}\n{cls.cluster.describe(NAMESPACE)}") from None
