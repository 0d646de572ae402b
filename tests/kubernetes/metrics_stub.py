"""Answers the control plane's questions for metrics with what a file says, in place of an adapter: external
metrics (how far behind a service is) and pods' use of processors.

    metrics_stub.py PORT CERTIFICATE KEY FILE       FILE: {"external": {name: value}, "cpu": millicores of each pod}
"""
import http.server
import json
import pathlib
import ssl
import sys
import urllib.parse


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.urlparse(self.path).path.strip("/").split("/")
        said = json.loads(self.server.file.read_text())
        group = "/".join(path[1:3])
        if len(path) == 3:
            names = {"external.metrics.k8s.io/v1beta1": "externalmetrics", "metrics.k8s.io/v1beta1": "pods"}
            answer = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group, "resources": [
                {"name": names.get(group, ""), "namespaced": True, "kind": "List", "verbs": ["get", "list"]}]}
        elif group == "external.metrics.k8s.io/v1beta1":
            answer = {"kind": "ExternalMetricValueList", "apiVersion": group, "items": [
                {"metricName": path[-1], "timestamp": said["now"], "value": str(said["external"][path[-1]])}]}
        else:
            answer = {"kind": "PodMetricsList", "apiVersion": group, "items": [
                {"metadata": {"name": name, "namespace": path[4]}, "timestamp": said["now"], "window": "10s",
                 "containers": [{"name": container, "usage": {"cpu": f"{said['cpu']}m", "memory": "64Mi"}}]}
                for name, container in said["pods"]]}
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def main():
    port, certificate, key, file = sys.argv[1:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Answer)
    server.file = pathlib.Path(file)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
