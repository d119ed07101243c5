using JaccardKernels.Problems;

namespace JaccardKernels.Gpu;

/// <summary>The numbers of a <see cref="ConvolutionProblem"/> that kernels index with.</summary>
internal readonly struct ConvolutionShape
{
    public readonly int Batch, Channels, Height, Width, Filters, KernelH, KernelW, StrideH, StrideW, PadH, PadW, DilationH, DilationW;
    public readonly int OutputHeight, OutputWidth, GroupChannels, GroupFilters;

    public ConvolutionShape(in ConvolutionProblem problem)
    {
        (Batch, Channels, Height, Width) = (problem.Batch, problem.Channels, problem.Height, problem.Width);
        (Filters, KernelH, KernelW, StrideH, StrideW) = (problem.Filters, problem.KernelH, problem.KernelW, problem.StrideH, problem.StrideW);
        (PadH, PadW, DilationH, DilationW) = (problem.PadH, problem.PadW, problem.DilationH, problem.DilationW);
        (OutputHeight, OutputWidth) = (problem.OutputHeight, problem.OutputWidth);
        (GroupChannels, GroupFilters) = (problem.GroupChannels, problem.GroupFilters);
    }

    /// <summary>Taps of the kernel, R S.</summary>
    public int Taps => KernelH * KernelW;

    /// <summary>Terms of one output, C/G R S.</summary>
    public int PatchLength => GroupChannels * Taps;

    /// <summary>Positions of one input channel, H W.</summary>
    public int InputPlane => Height * Width;

    /// <summary>Positions of one output channel, OH OW.</summary>
    public int OutputPlane => OutputHeight * OutputWidth;
}
