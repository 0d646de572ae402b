{{/* Where the services are, as --connect takes it; takes the beginning of every object's name. */}}
{{- define "throughline.servicesAt" -}}
{{- $at := list -}}
{{- range $service := list "plans" "evidence" "cycles" "notifications" -}}
{{- $at = append $at (printf "%s=%s-%s:7400" $service $ $service) -}}
{{- end -}}
{{- join "," $at -}}
{{- end -}}

{{/* What the gateway alone takes. */}}
{{- define "throughline.gatewayArgs" -}}
{{- $gateway := .root.Values.gateway -}}
- --http=0.0.0.0:7480
- --connect={{ include "throughline.servicesAt" (include "throughline.fullname" .root) }}
{{- if .root.Values.tls.enabled }}
- --services-ca=/etc/throughline/tls/ca.crt
- --client-cert=/etc/throughline/tls/tls.crt
- --client-key=/etc/throughline/tls/tls.key
{{- end }}
{{- if $gateway.tlsSecret }}
- --tls-cert=/etc/throughline/http-tls/tls.crt
- --tls-key=/etc/throughline/http-tls/tls.key
{{- end }}
{{- with $gateway.publicUrl }}
- --public-url={{ . }}
{{- end }}
{{- with $gateway.trustedProxies }}
- --trusted-proxies={{ join "," . }}
{{- end }}
{{- if include "throughline.gatewaySigns" .root }}
- --signing-key=/etc/throughline/keys/token-key.json
- --token-issuer={{ .root.Values.auth.gateway.issuer }}
{{- end }}
{{- if $gateway.clientsSecret }}
- --clients=/etc/throughline/clients/clients.json
{{- end }}
{{- if $gateway.sourcesSecret }}
- --sources=/etc/throughline/sources/sources.json
{{- end }}
{{- if $gateway.signIn.issuer }}
- --sign-in-issuer={{ $gateway.signIn.issuer }}
- --sign-in-client={{ $gateway.signIn.client }}
- --sign-in-roles=/etc/throughline/sign-in/roles.json
{{- if not $gateway.signIn.publicClient }}
- --sign-in-secret-file=/etc/throughline/sign-in/client-secret
{{- end }}
{{- end }}
{{- if $gateway.edfi.kafka }}
- --edfi-kafka={{ $gateway.edfi.kafka }}
- --edfi-topic={{ $gateway.edfi.topic }}
- --edfi-district={{ $gateway.edfi.district }}
- --edfi-group={{ $gateway.edfi.group }}
{{- end }}
{{- end -}}
