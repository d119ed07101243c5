#!/usr/bin/env bash
# Times every operation after checking it, and says what share of the machine's measured roof it reaches.
#
#   ./run-bench.sh [--quick] [--device host|cuda|opencl ...] [--threads N ...] [--filter TEXT ...] [--json] [--out DIR] [--update-readme]
#   ./run-bench.sh --device cuda [--math tf32]   a GPU alone: every variant checked and timed, PyTorch beside it, the targets
#   ./run-bench.sh --bundle DIR                  the same as a folder that runs on a machine with nothing but a driver: DIR/bench.sh
#   ./run-bench.sh --peers [--quick] [--threads N ...] [--filter TEXT] [--python FILE] [--update-readme]
#                             ONNX Runtime, libtorch and faiss beside us, in turns; fetches some 700 MB of libraries at its first run. libtorch needs
#                             GLIBCXX_3.4.32, and faiss a python3 that has it (Debian: apt-get install python3-faiss, then --python /usr/bin/python3);
#                             the report says what is missing. On Debian 12, where libtorch does not load, run it as .ci/opencl runs commands:
#                               dotnet build benchmarks/Peers -c Release
#                               chroot /opt/jaccardkernels-debian13 sh -c 'apt-get update && apt-get install -y --no-install-recommends python3-faiss'
#                               .ci/opencl dotnet benchmarks/Peers/bin/Release/net10.0/linux-x64/JaccardKernels.Peers.dll --quick
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
commit=$(git -C "$root" describe --always --dirty --exclude '*' 2>/dev/null || echo "not told")

# One file with the runtime and both programs, jk too, and the script of the peer. In folders of its own, so that no other build is disturbed.
bundle() {
  local target=$1
  [[ ! -e $target || -d $target ]] || { echo "run-bench.sh: $target: is not a folder." >&2; exit 2; }
  mkdir -p "$target"
  target=$(cd -- "$target" && pwd)
  [[ -z $(ls -A "$target") ]] || { echo "run-bench.sh: $target: is not empty." >&2; exit 2; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$root" && dotnet publish "$project" -c Release -r linux-x64 --self-contained --artifacts-path "$work/artifacts" -o "$work/out" \
    -p:Bundle=true -v quiet --nologo >&2)
  mkdir "$target/peers"
  cp "$work/out/JaccardKernels.Benchmarks" "$target/bench"
  cp "$work/out/peers/torch_peer.py" "$target/peers/"
  cat >"$target/bench.sh" <<END
#!/bin/sh
# The checks and benchmarks of JaccardKernels, commit $commit, bundled on $(date -u +%F). Needs a GPU's driver and nothing else; the times of
# PyTorch come beside them where python3 has it.
#
#   ./bench.sh [--device cuda|opencl] [--quick] [--math fp32|tf32|bf16] [--filter TEXT ...] [--out DIR]
#   ./bench.sh jk kernel time Gemm --variant all --device cuda     the command line jk
#
# Results go to the folder results beside this script unless --out names another.
set -eu
here=\$(cd -- "\$(dirname -- "\$0")" && pwd)
[ "\${1-}" != jk ] || exec "\$here/bench" "\$@"
case " \$* " in *" --device "*) ;; *) set -- --device cuda "\$@" ;; esac
case " \$* " in *" --out "*) ;; *) set -- "\$@" --out "\$here/results" ;; esac
exec "\$here/bench" --commit '$commit' "\$@"
END
  chmod +x "$target/bench.sh" "$target/bench"
  du -sh "$target" | sed 's/^/bundled: /' >&2
}

if [[ ${1-} == --bundle ]]; then
  [[ $# -eq 2 ]] || { echo "run-bench.sh: --bundle takes one folder." >&2; exit 2; }
  bundle "$2"
  exit
fi
if [[ ${1-} == --peers ]]; then
  shift
  (cd "$root" && dotnet build benchmarks/Peers -c Release -v quiet --nologo -clp:NoSummary >&2)
  exec dotnet "$root/benchmarks/Peers/bin/Release/net10.0/linux-x64/JaccardKernels.Peers.dll" --repository "$root" --commit "$commit" "$@"
fi
# From the root, where global.json names the SDK; what the build says goes to stderr, so that stdout is the report alone.
(cd "$root" && dotnet build "$project" -c Release -v quiet --nologo -clp:NoSummary >&2)
exec dotnet "$program" --repository "$root" --commit "$commit" "$@"
