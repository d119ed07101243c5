using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("JaccardKernels.Tests")]
