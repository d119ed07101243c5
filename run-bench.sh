#!/usr/bin/env bash
# Times every operation after checking it, and says what share of the machine's measured roof it reaches.
#
#   ./run-bench.sh [--quick] [--device host|cuda|opencl ...] [--threads N ...] [--filter TEXT ...] [--json] [--out DIR] [--update-readme]
#   ./run-bench.sh --list     the benchmarks there are
#   ./run-bench.sh --bdn      the same operations under BenchmarkDotNet
#   ./run-bench.sh --help     every option
#
# Results go to benchmarks/results unless --out names another folder. --quick takes under three minutes on two cores, building included.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
project=$root/benchmarks/JaccardKernels.Benchmarks.csproj
program=$root/benchmarks/bin/Release/net10.0/JaccardKernels.Benchmarks.dll

command -v dotnet >/dev/null || {
  echo "run-bench.sh: dotnet is not installed; .NET SDK 10 or newer is needed." >&2
  exit 1
}
# From the root, where global.json names the SDK; what the build says goes to stderr, so that stdout is the report alone.
(cd "$root" && dotnet build "$project" -c Release -v quiet --nologo -clp:NoSummary >&2)
exec dotnet "$program" --repository "$root" "$@"
