using System.Runtime.CompilerServices;
using JaccardKernels.Problems;

namespace JaccardKernels.Host;

public static unsafe partial class BatchNormalization
{
    /// <summary>
    /// The pieces in which a tensor <c>[N,C,S]</c> is read: its planes in the order of memory or, where those are shorter than the widest vector, its
    /// channels, gathered.
    /// </summary>
    private readonly struct Planes(in BatchNormalizationProblem problem, ThreadTeam team)
    {
        // Positions below which planes are gathered.
        private const int ShortPlane = 16;

        // Elements of a task at least: 64 KiB of each operand.
        private const int ElementsOfTask = 16384;

        // Channels of a task that works on what is known of them.
        private const int ChannelsOfTask = 16;

        private readonly int _channels = problem.Channels, _batch = problem.Batch, _spatial = problem.Spatial;

        private bool Gathered => _spatial < ShortPlane;

        public int Channels => _channels;

        public int Count => Gathered ? _channels : _batch * _channels;

        // Planes of a channel.
        public int OfChannel => Gathered ? 1 : _batch;

        public int Length => Gathered ? _batch * _spatial : _spatial;

        public int Population => _batch * _spatial;

        private int OfTask => Math.Max(1, ElementsOfTask / Length);

        public int Tasks => GemmBlocking.Covering(Count, OfTask);

        public int ChannelTasks => GemmBlocking.Covering(_channels, ChannelsOfTask);

        public (int Start, int End) OfPlaneTask(int task) => (task * OfTask, (int)Math.Min((task + 1L) * OfTask, Count));

        public (int Start, int End) OfChannelTask(int task) => (task * ChannelsOfTask, (int)Math.Min((task + 1L) * ChannelsOfTask, _channels));

        public int Channel(int plane) => plane % _channels;

        // Memory of a worker for gathered planes of so many operands.
        public float* Scratch(int worker, int operands) => Gathered ? team.Scratch(worker).Get<float>((long)operands * Length) : null;

        // The elements of a plane: in place, or copied to the worker's memory for the operand.
        public float* Open(float* tensor, int plane, float* scratch, int operand)
        {
            if (!Gathered) return tensor + (nint)plane * _spatial;
            float* start = tensor + (nint)plane * _spatial, gathered = scratch + (nint)operand * Length;
            for (int n = 0, i = 0; n < _batch; n++)
            {
                for (int s = 0; s < _spatial; s++) gathered[i++] = start[(nint)n * _channels * _spatial + s];
            }
            return gathered;
        }

        // Where the results of a plane go before Close puts them in place.
        public float* Target(float* tensor, int plane, float* scratch) => Gathered ? scratch : tensor + (nint)plane * _spatial;

        public void Close(float* tensor, int plane, float* scratch)
        {
            if (!Gathered) return;
            float* start = tensor + (nint)plane * _spatial;
            for (int n = 0, i = 0; n < _batch; n++)
            {
                for (int s = 0; s < _spatial; s++) start[(nint)n * _channels * _spatial + s] = scratch[i++];
            }
        }
    }

    // What is known of a plane's values: forward their mean and the sum of their squared deviations from it; backward the sum of dy, and that of dy times
    // the deviations of x from its channel's mean.
    private struct PlaneSums
    {
        public double First, Second;
    }

    // y = (x - Mean) Scale + Shift, of a channel.
    private struct Line
    {
        public float Mean, Scale, Shift;
    }

    // r and d of batch renormalisation [2,C]; 1 and 0 where there are none.
    private readonly struct Corrections(float* values, int channels)
    {
        public bool Exist => values != null;

        public double R(int channel) => values == null ? 1 : values[channel];

        public double D(int channel) => values == null ? 0 : values[channels + channel];

        public void Set(int channel, double r, double d) => (values[channel], values[channels + channel]) = ((float)r, (float)d);
    }

    // The results of the forward pass, plane by plane.
    private struct Results : IParallelBody
    {
        public Planes Planes;
        public float* X, Y;
        public Line* Lines;

        public readonly void Run(int task, int worker)
        {
            float* scratch = Planes.Scratch(worker, 1);
            (int start, int end) = Planes.OfPlaneTask(task);
            for (int plane = start; plane < end; plane++)
            {
                float* x = Planes.Open(X, plane, scratch, 0), y = Planes.Target(Y, plane, scratch);
                Elementwise.Range(0, Planes.Length, new Affine { X = x, Y = y, Line = Lines[Planes.Channel(plane)] });
                Planes.Close(Y, plane, scratch);
            }
        }
    }

    private struct Affine : IElementwise
    {
        public float* X, Y;
        public Line Line;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply<TLanes>(nint i)
            where TLanes : struct, ILanes<TLanes, float> =>
            TLanes.MultiplyAdd(TLanes.Load(X + i) - TLanes.All(Line.Mean), TLanes.All(Line.Scale), TLanes.All(Line.Shift)).Store(Y + i);
    }
}
