#!/usr/bin/env bash
# Assembles every GPU kernel and writes what its machine code tells to kernels/Gpu/REPORT.md: registers, occupancy, spills, the instructions of the
# main loop and what binds it. Fails if a kernel uses local memory. No GPU is needed, only NVIDIA's ptxas and cuobjdump (CUDA 11.8 or later).
#
#   kernels/Gpu/report.sh [NAME] [--arch sm_75|sm_80|sm_90] [--out FILE] [--json]
#
# The tools are those on the PATH, or what the variables PTXAS and CUOBJDUMP name: commands that may have arguments.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)

command -v dotnet >/dev/null || {
  echo "report.sh: dotnet is not installed; .NET SDK 10 or newer is needed." >&2
  exit 1
}
out=(--out "$root/kernels/Gpu/REPORT.md")
for argument in "$@"; do
  [[ $argument == --out || $argument == --out=* ]] && out=()
done
# From the root, where global.json names the SDK; what the build says goes to stderr, so that stdout is the report alone.
(cd "$root" && dotnet build src/Cli -c Release -v quiet --nologo -clp:NoSummary >&2)
exec dotnet "$root/src/Cli/bin/Release/net10.0/jk.dll" kernel report \
  --ptxas "${PTXAS:-ptxas}" --cuobjdump "${CUOBJDUMP:-cuobjdump}" "${out[@]}" "$@"
