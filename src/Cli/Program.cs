using System.Runtime.InteropServices;
using JaccardKernels.Cli;

using var interrupt = new CancellationTokenSource();
// The first signal asks the verb to finish what it must not lose; the second one ends the process as signals do.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
}
using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return JkApplication.Run(args, Terminal.OfProcess(), interrupt.Token);
