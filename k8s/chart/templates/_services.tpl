{{/* What one service alone takes. */}}

{{- define "throughline.ownArgs" -}}
{{- if eq .program "evidence" }}
- --pseudonyms-key=/etc/throughline/keys/pseudonyms.key
- --audit-key=/etc/throughline/keys/audit.key
{{- else if eq .program "notifications" }}
- --deliveries-key=/etc/throughline/keys/deliveries.key
{{- if .root.Values.keys.deliveriesBefore.secret }}
- --deliveries-key-before=/etc/throughline/keys/deliveries-before.key
{{- end }}
{{- range .root.Values.webhooks.allow }}
- --webhook-allow={{ . }}
{{- end }}
{{- with .root.Values.mail }}
{{- if .smtp }}
- --smtp={{ .smtp }}
- --mail-from={{ required "mail.from is required with mail.smtp" .from }}
{{- if .user }}
- --smtp-user={{ .user }}
{{- end }}
{{- if .password.secret }}
- --smtp-password-file=/etc/throughline/keys/smtp-password
{{- end }}
{{- if .unsubscribeUrl }}
- --unsubscribe-url={{ .unsubscribeUrl }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* One volume of the keys of a program, each from its Secret. */}}
{{- define "throughline.keysVolume" -}}
{{- $keys := list -}}
{{- if eq .program "evidence" -}}
{{- $keys = list (list .root.Values.keys.pseudonyms "pseudonyms.key") (list .root.Values.keys.audit "audit.key") -}}
{{- else if eq .program "notifications" -}}
{{- $keys = list (list .root.Values.keys.deliveries "deliveries.key") -}}
{{- if .root.Values.keys.deliveriesBefore.secret -}}
{{- $keys = append $keys (list .root.Values.keys.deliveriesBefore "deliveries-before.key") -}}
{{- end -}}
{{- if .root.Values.mail.password.secret -}}
{{- $keys = append $keys (list .root.Values.mail.password "smtp-password") -}}
{{- end -}}
{{- else if eq .program "gateway" -}}
{{- $keys = list (list .root.Values.keys.tokens "token-key.json") -}}
{{- end -}}
{{- if $keys -}}
- name: keys
  projected:
    defaultMode: 0440
    sources:
{{- range $keys }}
{{- $key := index . 0 }}
      - secret:
          name: {{ $key.secret }}
          items: [{key: {{ $key.key | quote }}, path: {{ index . 1 }}}]
{{- end }}
{{- end -}}
{{- end -}}
