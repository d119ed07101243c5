using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// How a convolution of channels that lie together is cut and laid out, by its size alone: filters in panels as the register tiles read them, terms at offsets
/// from the first pixel under a filter, pixels in lines at equal steps, lines and panels into tasks. Images with zeros around them are copied a strip of rows at
/// a time; others are read where they lie, and if filters have one tap, all pixels of a batch are one line.
/// </summary>
internal readonly struct PixelLayout
{
    // Multiply-adds of a task at least: a few microseconds, beside which handing it out is nothing. Elements of input that a task goes through once for every
    // panel of filters at most: they stay in the second-level cache. Tasks enough for threads to end together.
    private const long TaskTerms = 1 << 18, TaskInputs = 1 << 16, MostTasks = 16;

    /// <summary>Cuts a problem.</summary>
    public PixelLayout(in ChannelsLastConvolutionProblem problem)
    {
        ConvolutionProblem p = problem.Convolution;
        (Terms, Panels) = (p.PatchLength, GemmBlocking.Covering(p.Filters, PixelTiles.Columns));
        bool fits = p is { PadH: 0, PadW: 0, TrailH: 0, TrailW: 0 };
        IsFlat = fits && !problem.Planar && p is { KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1 };
        HasStrips = !fits;
        StripWidth = (p.OutputWidth - 1) * p.StrideW + (p.KernelW - 1) * p.DilationW + 1;
        int width = HasStrips ? StripWidth : p.Width;
        // Planes of a strip go row by row, so that their distance does not depend on its height.
        (Column, Row, Channel) = !problem.Planar ? (p.Channels, (nint)width * p.Channels, 1)
            : HasStrips ? (1, (nint)width * p.Channels, width) : ((nint)1, (nint)width, (nint)p.Height * width);
        Step = p.StrideW * Column;
        int tasks = (int)Math.Clamp((long)problem.Pixels * Terms * p.Filters / TaskTerms, 1, MostTasks);
        // An odd one would keep one of two threads waiting.
        if (tasks > 1) tasks = GemmBlocking.RoundUp(tasks, 2);
        // What is larger is gone through once.
        FiltersFirst = p.LengthW > p.LengthX;
        int wanted = FiltersFirst ? GemmBlocking.Covering(tasks, Math.Min(Panels, tasks)) : tasks;
        if (IsFlat)
        {
            int tiles = GemmBlocking.Covering(problem.Pixels, PixelTiles.MaxRows), most = (int)Math.Max(1, TaskInputs / (p.Channels * PixelTiles.MaxRows));
            int blocks = Math.Max(Math.Min(wanted, tiles), FiltersFirst ? 1 : GemmBlocking.Covering(tiles, most));
            LinePixels = GemmBlocking.Covering(problem.Pixels, blocks);
            (Images, Lines, BlockLines) = (1, GemmBlocking.Covering(problem.Pixels, LinePixels), 1);
        }
        else
        {
            (Images, Lines, LinePixels) = (p.Batch, p.OutputHeight, p.OutputWidth);
            int most = (int)Math.Clamp(TaskInputs / (p.StrideH * (nint)width * p.Channels), 1, Lines);
            int blocks = Math.Max(Math.Min(GemmBlocking.Covering(wanted, p.Batch), Lines), GemmBlocking.Covering(Lines, most));
            BlockLines = GemmBlocking.Covering(Lines, blocks);
        }
        Blocks = Images * GemmBlocking.Covering(Lines, BlockLines);
        Groups = Math.Clamp(tasks / Blocks, 1, Panels);
    }

    /// <summary>Terms of an output, and panels of filters.</summary>
    public readonly int Terms, Panels;

    /// <summary>All pixels of the batch are one line; images are copied with zeros around them; a group of panels is done with before the next begins.</summary>
    public readonly bool IsFlat, HasStrips, FiltersFirst;

    /// <summary>Columns of a strip.</summary>
    public readonly int StripWidth;

    /// <summary>From a pixel of the input to the one at its right, below, and to its next channel; from the input of an output to that of the next.</summary>
    public readonly nint Column, Row, Channel, Step;

    /// <summary>Images, lines of outputs in each, outputs of a line.</summary>
    public readonly int Images, Lines, LinePixels;

    /// <summary>Lines of a task; blocks of lines in all; groups of panels, each a task with each block.</summary>
    public readonly int BlockLines, Blocks, Groups;

    /// <summary>Elements of the filters and of the offsets behind them.</summary>
    public static long PreparedLength(in ChannelsLastConvolutionProblem problem) => FiltersLength(problem) + problem.Convolution.PatchLength;

    /// <summary>Elements of all panels: the last may be narrow.</summary>
    public static long FiltersLength(in ChannelsLastConvolutionProblem problem) =>
        (long)GemmBlocking.RoundUp(problem.Convolution.Filters, PixelTiles.Lanes) * problem.Convolution.PatchLength;

    /// <summary>Lays filters [K,C,R,S] out by panels <c>[k][filter]</c>, those beyond the last being zero, and writes the offset of every k.</summary>
    public unsafe void Prepare(in ChannelsLastConvolutionProblem problem, float* w, float* prepared)
    {
        ConvolutionProblem p = problem.Convolution;
        int* offsets = (int*)(prepared + FiltersLength(problem));
        for (int k = 0; k < Terms; k++)
        {
            // Neighbours in memory come one after the other.
            int taps = p.KernelH * p.KernelW, tap = problem.Planar ? k % taps : k / p.Channels, channel = problem.Planar ? k / taps : k % p.Channels;
            offsets[k] = (int)(tap / p.KernelW * p.DilationH * Row + tap % p.KernelW * p.DilationW * Column + channel * Channel);
            for (int panel = 0; panel < Panels; panel++)
            {
                int first = panel * PixelTiles.Columns, columns = Columns(p.Filters - first);
                float* target = prepared + (nint)first * Terms + (nint)k * columns;
                for (int j = 0; j < columns; j++) target[j] = first + j < p.Filters ? w[((nint)(first + j) * p.Channels + channel) * taps + tap] : 0f;
            }
        }
    }

    /// <summary>Columns of the panel for the filters that are left.</summary>
    public static int Columns(int filters) => filters <= PixelTiles.Lanes ? PixelTiles.Lanes : PixelTiles.Columns;
}
