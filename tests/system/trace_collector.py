"""A collector of OTLP, over gRPC and over HTTP, made of OpenTelemetry's own classes."""
import http.server
import threading
import warnings
from concurrent import futures

import grpc
from google.protobuf import json_format

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have a newer grpcio
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """At `grpc_address` and `http_address`, as --traces takes them."""

    def __init__(self):
        self.spans = []  # each with `service`, the name of its program
        self._grpc = grpc.server(futures.ThreadPoolExecutor(2))
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self, self._grpc)
        self.grpc_address = f"grpc://127.0.0.1:{self._grpc.add_insecure_port('127.0.0.1:0')}"
        self._grpc.start()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf"
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.take(trace_service_pb2.ExportTraceServiceRequest.FromString(body))
                answer = trace_service_pb2.ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http_address = f"http://127.0.0.1:{self._http.server_port}/v1/traces"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def Export(self, request, context):
        self.take(request)
        return trace_service_pb2.ExportTraceServiceResponse()

    def take(self, request):
        for resource in request.resource_spans:
            its = {one.key: one.value.string_value for one in resource.resource.attributes}
            assert its["service.name"] and its["service.instance.id"] and its["service.version"], its
            for scope in resource.scope_spans:
                for span in scope.spans:
                    assert len(span.trace_id) == 16 and len(span.span_id) == 8, span
                    assert span.end_time_unix_nano >= span.start_time_unix_nano > 0, span
                    self.spans.append(span)

    def of(self, trace):
        """The spans of a trace, by its id in hexadecimal digits."""
        return [span for span in list(self.spans) if span.trace_id.hex() == trace]

    def text(self):
        return "\n".join(json_format.MessageToJson(span) for span in list(self.spans))

    def close(self):
        self._grpc.stop(None)
        self._http.shutdown()
        self._http.server_close()
