using System.Runtime.Intrinsics;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// Convolution with 3 x 3 filters of stride 1 and its data gradient by minimal filtering: filters and tiles of the input are transformed, multiplied
/// point by point as matrix products over the channels, and transformed back. The tiles go in chunks whose transforms stay in the caches. Every
/// result is computed in one order whatever the chunks and threads.
/// </summary>
internal static unsafe class WinogradConvolution
{
    /// <summary>Why a problem cannot be computed so, as the end of a sentence, or null.</summary>
    public static string? WhyNot(ConvolutionProblem p) =>
        p is not { KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1 } ? "the kernel is not 3 x 3, dense and of stride 1"
        : p.Groups > 1 ? $"its channels are in {p.Groups} groups"
        : p.PadH > 2 || p.PadW > 2 ? $"its padding is {p.PadH} x {p.PadW}; 2 x 2 is the most"
        : null;

    /// <summary>y = conv(x, w) + bias, rectified if the problem says so.</summary>
    public static void Forward<TScheme>(in ConvolutionProblem p, float* x, float* w, float* bias, float* y, ThreadTeam team)
        where TScheme : struct, IWinogradScheme => Run<TScheme>(
        new WinogradProblem
        {
            Batch = p.Batch, Channels = p.Channels, Height = p.Height, Width = p.Width, PadH = p.PadH, PadW = p.PadW,
            Filters = p.Filters, OutputHeight = p.OutputHeight, OutputWidth = p.OutputWidth, FilterStride = 9 * p.Channels, ChannelStride = 9,
            Relu = p.Relu, Ceiling = p.Ceiling, Input = x, Weights = w, Bias = p.Bias ? bias : null, Output = y,
        },
        team);

    /// <summary>dx = the transpose of the convolution applied to dy: a convolution of dy with the filters turned.</summary>
    public static void BackwardData<TScheme>(in ConvolutionProblem p, float* dy, float* w, float* dx, ThreadTeam team)
        where TScheme : struct, IWinogradScheme => Run<TScheme>(
        new WinogradProblem
        {
            Batch = p.Batch, Channels = p.Filters, Height = p.OutputHeight, Width = p.OutputWidth, PadH = 2 - p.PadH, PadW = 2 - p.PadW,
            Filters = p.Channels, OutputHeight = p.Height, OutputWidth = p.Width, FilterStride = 9, ChannelStride = 9 * p.Channels,
            Turned = true, Input = dy, Weights = w, Output = dx,
        },
        team);

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
        var layout = new WinogradLayout(problem, TScheme.Outputs, team.Threads);
        long kept = layout.KeepsFilters ? layout.Points * layout.FilterPoint(layout.FilterPanels, problem.Channels) : 0;
        float* memory = team.SharedPacking.Get<float>(kept + (layout.ChunksAreTasks ? 0 : layout.ChunksAtOnce * layout.InputChunk));
        var filters = new WinogradFilters<TScheme, TLanes> { Problem = problem, Layout = layout, Transformed = memory };
        if (layout.KeepsFilters) team.For(filters.Tasks, ref filters);
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
