using JaccardKernels.Benchmarks;

return BenchApplication.Run(args, Console.Out, Console.Error);
