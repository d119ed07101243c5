using JaccardKernels.Host;

namespace JaccardKernels.Benchmarks;

/// <summary>A loop that does one thing as fast as the processor can; every worker its own share.</summary>
internal interface IHostLoop : IParallelBody
{
    /// <summary>How often the work is done.</summary>
    int Passes { get; set; }

    /// <summary>Operations or bytes of one pass of one worker.</summary>
    double Work { get; }
}
