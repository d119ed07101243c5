using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

public static unsafe partial class BatchNormalization
{
    private static void ForwardInPhases(in BatchNormalizationProblem problem, float* x, float* y, ForwardChannels channels, ThreadTeam team)
    {
        channels.Planes = new Planes(problem, team);
        int planes = channels.Planes.Count;
        channels.Sums = team.SharedPacking.Get<PlaneSums>(planes + (long)problem.Channels);
        channels.Lines = (Line*)(channels.Sums + planes);
        var statistics = new Statistics { Planes = channels.Planes, X = x, Sums = channels.Sums };
        team.For(channels.Planes.Tasks, ref statistics);
        team.For(channels.Planes.ChannelTasks, ref channels);
        var results = new Results { Planes = channels.Planes, X = x, Y = y, Lines = channels.Lines };
        team.For(channels.Planes.Tasks, ref results);
    }

    // Mean and squares of each plane.
    private struct Statistics : IParallelBody
    {
        public Planes Planes;
        public float* X;
        public PlaneSums* Sums;

        public readonly void Run(int task, int worker)
        {
            float* scratch = Planes.Scratch(worker, 1);
            (int start, int end) = Planes.OfPlaneTask(task);
            int length = Planes.Length;
            for (int plane = start; plane < end; plane++)
            {
                float* x = Planes.Open(X, plane, scratch, 0);
                // Near enough to subtract: the second pass sums deviations, whose rounding is small beside the deviation, not beside the mean.
                float near = (float)(Summation.Sum(length, new StoredTerms { X = x }) / length);
                (double rest, double squares) = Summation.Both(length, new Deviations { X = x, Mean = near });
                rest /= length;
                Sums[plane] = new PlaneSums { First = near + rest, Second = squares - length * rest * rest };
            }
        }
    }

    // From the sums of its planes, the statistics of each channel, and what makes its results of its values.
    private struct ForwardChannels : IParallelBody
    {
        public Planes Planes;
        public PlaneSums* Sums;
        public Line* Lines;
        public Corrections Corrections;
        public float Momentum, Epsilon, RMax, DMax;
        public float* Gamma, Beta, RunningMean, RunningVariance, Mean, InverseDeviation;

        public readonly void Run(int task, int worker)
        {
            (int start, int end) = Planes.OfChannelTask(task);
            for (int channel = start; channel < end; channel++) Lines[channel] = Of(channel);
        }

        private readonly Line Of(int channel)
        {
            double mean = 0, squares = 0, population = Planes.Population;
            for (nint plane = channel; plane < Planes.Count; plane += Planes.Channels) mean += Sums[plane].First;
            mean /= Planes.OfChannel;
            for (nint plane = channel; plane < Planes.Count; plane += Planes.Channels)
            {
                double away = Sums[plane].First - mean;
                squares += Sums[plane].Second + Planes.Length * away * away;
            }
            squares = Math.Max(squares, 0);
            double inverse = 1 / Math.Sqrt(squares / population + Epsilon);
            Mean[channel] = (float)mean;
            InverseDeviation[channel] = (float)inverse;
            if (Corrections.Exist)
            {
                double running = Math.Sqrt((double)RunningVariance[channel] + Epsilon), rmax = RMax, dmax = DMax;
                double r = 1 / (inverse * running), d = (mean - RunningMean[channel]) / running;
                Corrections.Set(channel, Math.Clamp(r, 1 / rmax, rmax), Math.Clamp(d, -dmax, dmax));
            }
            double momentum = Momentum;
            RunningMean[channel] = (float)((1 - momentum) * RunningMean[channel] + momentum * mean);
            RunningVariance[channel] = (float)((1 - momentum) * RunningVariance[channel] + momentum * squares / Math.Max(population - 1, 1));
            double scale = Gamma[channel] * inverse * Corrections.R(channel), shift = Beta[channel] + Gamma[channel] * Corrections.D(channel);
            float near = (float)mean;
            return new Line { Mean = near, Scale = (float)scale, Shift = (float)(shift - (mean - near) * scale) };
        }
    }

    // From the mean of a plane, and their squares.
    private struct Deviations : ITermPairs
    {
        public float* X;
        public float Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TLanes>(nint i, ref TLanes sum, ref TLanes squares)
            where TLanes : struct, ILanes<TLanes, float>
        {
            TLanes deviation = TLanes.Load(X + i) - TLanes.All(Mean);
            sum += deviation;
            squares = TLanes.MultiplyAdd(deviation, deviation, squares);
        }
    }
}
