{{/* The configuration file of a program: what can change while it runs, and Kafka's properties, of
which all have to be in one place. A file in a Secret (configSecrets) replaces it. */}}
{{- define "throughline.config" -}}
{{- $kafka := .root.Values.kafka -}}
log-level={{ .root.Values.logLevel }}
{{- range $kafka.settings }}
kafka-setting={{ . | quote }}
{{- end }}
{{- if get $kafka.users .program }}
kafka-setting="security.protocol=SSL"
kafka-setting="ssl.certificate.location=/etc/throughline/kafka-user/user.crt"
kafka-setting="ssl.key.location=/etc/throughline/kafka-user/user.key"
{{- end }}
{{- with get $kafka.passwords .program }}
kafka-setting="security.protocol=SASL_SSL"
kafka-setting="sasl.mechanism={{ $kafka.mechanism }}"
kafka-setting="sasl.username={{ .user }}"
kafka-setting="sasl.password.file=/etc/throughline/kafka-password/password"
{{- end }}
{{- if $kafka.ca.secret }}
kafka-setting="ssl.ca.location=/etc/throughline/kafka-ca/ca.crt"
{{- end }}
{{- range $name, $value := .options }}
{{- range $one := (kindIs "slice" $value | ternary $value (list $value)) }}
{{ $name }}={{ $one | toString | quote }}
{{- end }}
{{- end }}
{{ end -}}

{{/* Arguments that every program takes. */}}
{{- define "throughline.args" -}}
{{- $values := .root.Values -}}
- --config=/etc/throughline/config/throughline.conf
- --metrics=0.0.0.0:9090
- --drain={{ $values.drainSeconds }}
- --kafka={{ $values.kafka.brokers }}
- --jwt-audience={{ $values.auth.audience }}
{{- if $values.logJson }}
- --log-json
{{- end }}
{{- if $values.traces.address }}
- --traces={{ $values.traces.address }}
- --trace-ratio={{ $values.traces.ratio }}
{{- end }}
{{- end -}}

{{/* Issuers, in the same order for keys and names. A service takes the gateway's tokens, too; the
gateway knows its own. */}}
{{- define "throughline.issuers" -}}
{{- $jwks := list -}}
{{- $names := list -}}
{{- if and (ne .program "gateway") (include "throughline.gatewaySigns" .root) -}}
{{- $jwks = append $jwks (include "throughline.gatewayKeys" .root) -}}
{{- $names = append $names .root.Values.auth.gateway.issuer -}}
{{- end -}}
{{- range .root.Values.auth.issuers -}}
{{- $jwks = append $jwks .jwks -}}
{{- $names = append $names .issuer -}}
{{- end -}}
{{- if $jwks -}}
- --jwks={{ join "," $jwks }}
- --jwt-issuer={{ join "," $names }}
{{- end -}}
{{- end -}}

{{- define "throughline.configVolume" -}}
- name: config
{{- $secret := get .root.Values.configSecrets .program }}
{{- if $secret }}
  secret:
    secretName: {{ $secret }}
    defaultMode: 0440
    items: [{key: throughline.conf, path: throughline.conf}]
{{- else }}
  configMap:
    name: {{ include "throughline.fullname" .root }}-{{ .program }}
{{- end }}
{{- if .root.Values.kafka.ca.secret }}
- name: kafka-ca
  secret:
    secretName: {{ .root.Values.kafka.ca.secret }}
    defaultMode: 0440
    items: [{key: {{ .root.Values.kafka.ca.key | quote }}, path: ca.crt}]
{{- end }}
{{- with get .root.Values.kafka.users .program }}
- name: kafka-user
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    items: [{key: user.crt, path: user.crt}, {key: user.key, path: user.key}]
{{- end }}
{{- with get .root.Values.kafka.passwords .program }}
- name: kafka-password
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items: [{key: password, path: password}]
{{- end }}
{{- range $folder, $secret := .mounts }}
- name: more-{{ $folder }}
  secret:
    secretName: {{ $secret }}
    defaultMode: 0440
{{- end }}
{{- if .root.Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "throughline.tlsSecret" . }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{- define "throughline.configMounts" -}}
- {name: config, mountPath: /etc/throughline/config, readOnly: true}
{{- if .root.Values.kafka.ca.secret }}
- {name: kafka-ca, mountPath: /etc/throughline/kafka-ca, readOnly: true}
{{- end }}
{{- if get .root.Values.kafka.users .program }}
- {name: kafka-user, mountPath: /etc/throughline/kafka-user, readOnly: true}
{{- end }}
{{- if get .root.Values.kafka.passwords .program }}
- {name: kafka-password, mountPath: /etc/throughline/kafka-password, readOnly: true}
{{- end }}
{{- range $folder, $_ := .mounts }}
- {name: more-{{ $folder }}, mountPath: /etc/throughline/more/{{ $folder }}, readOnly: true}
{{- end }}
{{- if .root.Values.tls.enabled }}
- {name: tls, mountPath: /etc/throughline/tls, readOnly: true}
{{- end }}
{{- end -}}
