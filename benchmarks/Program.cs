using JaccardKernels.Benchmarks;

#if BUNDLE
// One program, one runtime: the bundle has the command line jk too.
if (args is ["jk", .. var rest])
{
    return JaccardKernels.Cli.JkApplication.Run(rest, JaccardKernels.Cli.Terminal.OfProcess(), CancellationToken.None);
}
#endif
return BenchApplication.Run(args, Console.Out, Console.Error);
