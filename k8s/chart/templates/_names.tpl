{{/* Names, labels and references that several objects share. */}}

{{- define "throughline.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* The beginning of every object's name: short enough for a pod's number and the longest ending. */}}
{{- define "throughline.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 36 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 36 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 36 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What never changes of an object that is one program's; takes a dict of root and program. */}}
{{- define "throughline.selector" -}}
app.kubernetes.io/name: {{ include "throughline.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .program }}
{{- end -}}

{{/* Labels of objects, never of selectors: chart and version change. */}}
{{- define "throughline.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "throughline.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .program }}
app.kubernetes.io/part-of: {{ include "throughline.name" .root }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{- define "throughline.image" -}}
{{- $image := .root.Values.image -}}
{{- $name := default (printf "throughline-%s" .program) .image -}}
{{- if $image.registry -}}{{- $name = printf "%s/%s" (trimSuffix "/" $image.registry) $name -}}{{- end -}}
{{- $digest := get $image.digests (default .program .image) -}}
{{- if $digest -}}
{{- printf "%s@%s" $name $digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Secret with the certificate of a program. */}}
{{- define "throughline.tlsSecret" -}}
{{- default (printf "%s-%s-tls" (include "throughline.fullname" .root) .program) (get .root.Values.tls.secrets .program) -}}
{{- end -}}

{{/* "true" when the gateway signs tokens itself; services read its keys then. */}}
{{- define "throughline.gatewaySigns" -}}
{{- if or .Values.gateway.clientsSecret .Values.gateway.signIn.issuer -}}true{{- end -}}
{{- end -}}

{{- define "throughline.gatewayKeys" -}}
{{- default (printf "http://%s-gateway-headless:7480/.well-known/jwks.json" (include "throughline.fullname" .)) .Values.auth.gateway.jwks -}}
{{- end -}}

{{/* Stops the rendering with a sentence where values contradict each other in ways that a schema cannot say. */}}
{{- define "throughline.check" -}}
{{- if not .Values.kafka.brokers -}}{{- fail "kafka.brokers is required: the addresses of Kafka's brokers" -}}{{- end -}}
{{- if not .Values.redis.addresses -}}{{- fail "redis.addresses is required: the addresses of Redis, or of its Sentinels" -}}{{- end -}}
{{- if not (or (include "throughline.gatewaySigns" .) .Values.auth.issuers) -}}
{{- fail "nobody could call: give gateway.clientsSecret, gateway.signIn or auth.issuers" -}}
{{- end -}}
{{- if and .Values.gateway.signIn.issuer (not .Values.gateway.signIn.secret) -}}
{{- fail "gateway.signIn.secret is required with gateway.signIn.issuer: a Secret with roles.json" -}}
{{- end -}}
{{- if and .Values.gateway.edfi.kafka (not (and .Values.gateway.edfi.topic .Values.gateway.edfi.district)) -}}
{{- fail "gateway.edfi.topic and gateway.edfi.district are required with gateway.edfi.kafka" -}}
{{- end -}}
{{- if and .Values.kafka.users (not .Values.kafka.ca.secret) -}}
{{- fail "kafka.ca.secret is required with kafka.users: the authority of the brokers' certificates" -}}
{{- end -}}
{{- range $program, $_ := .Values.configSecrets -}}
{{- if or $.Values.kafka.settings (get $.Values.kafka.passwords $program) (get $.Values.kafka.users $program) -}}
{{- fail (printf "configSecrets.%s has all properties of Kafka: kafka.settings, kafka.users and kafka.passwords do not go with it" $program) -}}
{{- end -}}
{{- end -}}
{{- range $program, $_ := .Values.kafka.passwords -}}
{{- if get $.Values.kafka.users $program -}}
{{- fail (printf "kafka.users.%s and kafka.passwords.%s exclude each other" $program $program) -}}
{{- end -}}
{{- end -}}
{{- if .Values.service.keda.enabled -}}
{{- range $program, $of := .Values.services -}}
{{- if gt (int $of.keda.max) (int $.Values.partitions) -}}
{{- fail (printf "services.%s.keda.max is more than there are partitions (%d): further pods would have none" $program (int $.Values.partitions)) -}}
{{- end -}}
{{- if gt (int $of.keda.min) (int $of.keda.max) -}}
{{- fail (printf "services.%s.keda.min is more than its max" $program) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.probe.enabled (not (and .Values.tls.enabled .Values.probe.tokenSecret)) -}}
{{- fail "probe.tokenSecret and tls.enabled are required with probe.enabled: a token is not sent in the clear" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}{{- fail "ingress.host is required with ingress.enabled" -}}{{- end -}}
{{- end -}}
