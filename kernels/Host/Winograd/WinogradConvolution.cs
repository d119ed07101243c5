using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution with 3 x 3 or 5 x 5 filters of stride 1 and its data gradient by minimal filtering: filters and tiles of the input are transformed, multiplied
/// point by point as matrix products over the channels, and transformed back. The tiles go in chunks whose transforms stay in the caches. Every
/// result is computed in one order whatever the chunks and threads.
/// </summary>
internal static unsafe class WinogradConvolution
{
    /// <summary>Why a problem cannot be computed so by filters of some taps, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ConvolutionProblem p, int taps) =>
        p is not { StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1 } || p.KernelH != taps || p.KernelW != taps
            ? $"the kernel is not {taps} x {taps}, dense and of stride 1"
        : p.Groups > 1 ? $"its channels are in {p.Groups} groups"
        : p.PadH >= taps || p.PadW >= taps ? $"its padding is {p.PadH} x {p.PadW}; {taps - 1} x {taps - 1} is the most"
        : null;

    /// <summary>
    /// y = conv(x, w) + bias, rectified if the problem says so. <paramref name="prepared"/> is w as <see cref="Prepare"/> transforms it, or null.
    /// </summary>
    public static void Forward<TScheme>(in ConvolutionProblem p, float* x, float* w, float* prepared, float* bias, float* y, ThreadTeam team)
        where TScheme : struct, IWinogradScheme =>
        Run<TScheme>(ForwardProblem(p, w) with { Prepared = prepared, Input = x, Bias = p.Bias ? bias : null, Output = y }, team);

    /// <summary>Elements of the transformed filters of a problem.</summary>
    public static long PreparedLength<TScheme>(in ConvolutionProblem p)
        where TScheme : struct, IWinogradScheme =>
        new WinogradLayout(ForwardProblem(p, null), TScheme.Outputs, TScheme.Taps, threads: 1).FiltersLength(p.Channels);

    /// <summary>Transforms filters for many forward passes.</summary>
    public static void Prepare<TScheme>(in ConvolutionProblem p, float* w, float* prepared, ThreadTeam team)
        where TScheme : struct, IWinogradScheme
    {
        if (Vector512.IsHardwareAccelerated) Transform<TScheme, Lanes512<float>>(ForwardProblem(p, w), prepared, team);
        else if (Vector256.IsHardwareAccelerated) Transform<TScheme, Lanes256<float>>(ForwardProblem(p, w), prepared, team);
        else if (Vector128.IsHardwareAccelerated) Transform<TScheme, Lanes128<float>>(ForwardProblem(p, w), prepared, team);
        else Transform<TScheme, Lane<float>>(ForwardProblem(p, w), prepared, team);
    }

    /// <summary>dx = the transpose of the convolution applied to dy: a convolution of dy with the filters turned.</summary>
    public static void BackwardData<TScheme>(in ConvolutionProblem p, float* dy, float* w, float* dx, ThreadTeam team)
        where TScheme : struct, IWinogradScheme => Run<TScheme>(
        new WinogradProblem
        {
            Batch = p.Batch, Channels = p.Filters, Height = p.OutputHeight, Width = p.OutputWidth, PadH = TScheme.Taps - 1 - p.PadH, PadW = TScheme.Taps - 1 - p.PadW,
            Filters = p.Channels, OutputHeight = p.Height, OutputWidth = p.Width, FilterStride = p.KernelH * p.KernelW, ChannelStride = p.PatchLength,
            Turned = true, Input = dy, Weights = w, Output = dx,
        },
        team);

    private static WinogradProblem ForwardProblem(in ConvolutionProblem p, float* w) => new()
    {
        Batch = p.Batch, Channels = p.Channels, Height = p.Height, Width = p.Width, PadH = p.PadH, PadW = p.PadW,
        Filters = p.Filters, OutputHeight = p.OutputHeight, OutputWidth = p.OutputWidth, FilterStride = p.PatchLength, ChannelStride = p.KernelH * p.KernelW,
        Relu = p.Relu, Ceiling = p.Ceiling, Weights = w,
    };

    private static void Transform<TScheme, TLanes>(in WinogradProblem problem, float* prepared, ThreadTeam team)
        where TScheme : struct, IWinogradScheme
        where TLanes : struct, ILanes<TLanes, float>
    {
        var layout = new WinogradLayout(problem, TScheme.Outputs, TScheme.Taps, team.Threads);
        var filters = new WinogradFilters<TScheme, TLanes> { Problem = problem, Layout = layout, Transformed = prepared };
        team.For(filters.Tasks, ref filters);
    }

    private static void Run<TScheme>(in WinogradProblem problem, ThreadTeam team)
        where TScheme : struct, IWinogradScheme
    {
        if (Vector512.IsHardwareAccelerated) Run<TScheme, Lanes512<float>>(problem, team);
        else if (Vector256.IsHardwareAccelerated) Run<TScheme, Lanes256<float>>(problem, team);
        else if (Vector128.IsHardwareAccelerated) Run<TScheme, Lanes128<float>>(problem, team);
        else Run<TScheme, Lane<float>>(problem, team);
    }

    private static void Run<TScheme, TLanes>(in WinogradProblem problem, ThreadTeam team)
        where TScheme : struct, IWinogradScheme
        where TLanes : struct, ILanes<TLanes, float>
    {
        var layout = new WinogradLayout(problem, TScheme.Outputs, TScheme.Taps, team.Threads);
        bool isPrepared = problem.Prepared != null;
        long kept = layout.KeepsFilters && !isPrepared ? layout.FiltersLength(problem.Channels) : 0;
        float* memory = team.SharedPacking.Get<float>(kept + (layout.ChunksAreTasks ? 0 : layout.ChunksAtOnce * layout.InputChunk));
        var filters = new WinogradFilters<TScheme, TLanes> { Problem = problem, Layout = layout, Transformed = isPrepared ? problem.Prepared : memory };
        if (kept > 0) team.For(filters.Tasks, ref filters);
        var input = new WinogradInputs<TScheme, TLanes> { Problem = problem, Layout = layout, Team = team, Transformed = memory + kept };
        var output = new WinogradOutputs<TScheme, TLanes>
        {
            Problem = problem, Layout = layout, Filters = filters, Team = team, TransformedInputs = memory + kept,
        };
        if (layout.ChunksAreTasks)
        {
            var chunks = new WinogradChunks<TScheme, TLanes> { Input = input, Output = output, Team = team };
            team.For(layout.Chunks, ref chunks);
            return;
        }
        for (int first = 0; first < layout.Chunks; first += layout.ChunksAtOnce)
        {
            int chunks = Math.Min(layout.ChunksAtOnce, layout.Chunks - first);
            (input.FirstChunk, output.FirstChunk, output.Chunks) = (first, first, chunks);
            team.For(chunks * input.TasksOfChunk, ref input);
            team.For(layout.FilterBlocks, ref output);
        }
    }

    /// <summary>A chunk a task, from input to output.</summary>
    private struct WinogradChunks<TScheme, TLanes> : IParallelBody
        where TScheme : struct, IWinogradScheme
        where TLanes : struct, ILanes<TLanes, float>
    {
        public WinogradInputs<TScheme, TLanes> Input;
        public WinogradOutputs<TScheme, TLanes> Output;
        public ThreadTeam Team;

        public readonly void Run(int task, int worker)
        {
            float* inputs = Team.Scratch(worker).Get<float>(Input.Layout.InputChunk);
            Input.Channels(task, 0, Input.Problem.Channels, inputs, Team.Packing(worker));
            for (int block = 0; block < Output.Layout.FilterBlocks; block++) Output.Block(block, task, 1, inputs, Team.Packing(worker));
        }
    }
}
