{{/* What every pod has in common. */}}

{{- define "throughline.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
serviceAccountName: {{ include "throughline.fullname" .root }}-{{ .program }}
terminationGracePeriodSeconds: {{ add .root.Values.drainSeconds .root.Values.stopSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  # Secrets are read by group.
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "throughline.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* A program folds its state anew when Redis is empty, which may take minutes: liveness asks whether
it makes progress, readiness whether its partitions are taken over. */}}
{{- define "throughline.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: metrics}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
{{- end -}}

{{/* Where pods run; `placed` is the part of the values that says so. */}}
{{- define "throughline.placement" -}}
{{- with .placed.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .placed.nodeSelector }}
nodeSelector:
{{- toYaml . | nindent 2 }}
{{- end }}
{{- with .placed.tolerations }}
tolerations:
{{- toYaml . | nindent 2 }}
{{- end }}
{{- with .placed.affinity }}
affinity:
{{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- range $key, $spread := dict "kubernetes.io/hostname" .placed.spread.hosts "topology.kubernetes.io/zone" .placed.spread.zones }}
  - topologyKey: {{ $key }}
    maxSkew: {{ $spread.maxSkew }}
    whenUnsatisfiable: {{ $spread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
{{- include "throughline.selector" $ | nindent 8 }}
{{- end }}
{{- end -}}

{{/* Labels and annotations of pods. A checksum rolls the pods when their configuration changes. The
log level is no part of it: programs read that again by themselves. */}}
{{- define "throughline.podMetadata" -}}
labels:
{{- include "throughline.selector" . | nindent 2 }}
{{- with .placed.podLabels }}
{{- toYaml . | nindent 2 }}
{{- end }}
annotations:
  kubectl.kubernetes.io/default-container: {{ .program }}
  checksum/config: {{ regexReplaceAll "log-level=.*\n" (include "throughline.config" .) "" | sha256sum }}
{{- with .placed.podAnnotations }}
{{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
