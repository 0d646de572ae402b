{{/* Edges of the network: each a rule of a NetworkPolicy. */}}

{{/* Ports, and peers when there are any; takes a dict of `ports`, `peers` and the word `to` or `from`. */}}
{{- define "throughline.edge" -}}
- ports:
{{- range .ports }}
    - {protocol: TCP, port: {{ . }}}
{{- end }}
{{- with .peers }}
  {{ $.word }}:
{{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{/* Pods of one program of this release. */}}
{{- define "throughline.peer" -}}
- podSelector:
    matchLabels:
{{- include "throughline.selector" . | nindent 6 }}
{{- end -}}

{{/* Whether the gateway's keys are read from the gateway's pods. */}}
{{- define "throughline.readsGatewayKeys" -}}
{{- if and (include "throughline.gatewaySigns" .) (not .Values.auth.gateway.jwks) -}}true{{- end -}}
{{- end -}}

{{/* What every program opens: Kafka, issuers' keys, traces. */}}
{{- define "throughline.commonEgress" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- include "throughline.edge" (dict "ports" $policy.kafka.ports "peers" $policy.kafka.to "word" "to") }}
{{- if or .root.Values.auth.issuers (and .root.Values.auth.gateway.jwks (ne .program "gateway")) (and .root.Values.gateway.signIn.issuer (eq .program "gateway")) }}
{{ include "throughline.edge" (dict "ports" $policy.issuers.ports "peers" $policy.issuers.to "word" "to") }}
{{- end }}
{{- if .root.Values.traces.address }}
{{ include "throughline.edge" (dict "ports" $policy.traces.ports "peers" $policy.traces.to "word" "to") }}
{{- end }}
{{- end -}}

{{/* The public internet, and networks that are allowed although they are not public. Not public is
what services/platform/http_client/address_rules.cc refuses, too. */}}
{{- define "throughline.webhooksEgress" -}}
- ports:
{{- range .Values.networkPolicy.webhooks.ports }}
    - {protocol: TCP, port: {{ . }}}
{{- end }}
  to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
{{- range list "0.0.0.0/8" "10.0.0.0/8" "100.64.0.0/10" "127.0.0.0/8" "169.254.0.0/16" "172.16.0.0/12" "192.0.0.0/24" "192.0.2.0/24" "192.88.99.0/24" "192.168.0.0/16" "198.18.0.0/15" "198.51.100.0/24" "203.0.113.0/24" "224.0.0.0/4" "240.0.0.0/4" }}
          - {{ . }}
{{- end }}
    - ipBlock:
        cidr: 2000::/3
        except: ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]
{{- range .Values.webhooks.allow }}
    - ipBlock:
        cidr: {{ . }}
{{- end }}
{{- end -}}
