using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("JaccardKernels.Tests")]
[assembly: InternalsVisibleTo("JaccardKernels.Benchmarks")]
