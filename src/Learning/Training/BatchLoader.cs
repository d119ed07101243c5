using System.Runtime.ExceptionServices;

namespace JaccardKernels.Learning;

/// <summary>A batch in memory: pixels [B,C,H,W] and the images they show. Valid until the next batch is taken.</summary>
/// <param name="Step">Number of the step it belongs to.</param>
/// <param name="Pixels">All images, one after the other.</param>
/// <param name="Indices">Numbers of the images.</param>
public readonly record struct ImageBatch(int Step, float[] Pixels, int[] Indices);

/// <summary>
/// Decodes and augments the batches to come while the present one is worked on. Batches come in the order of their steps whatever the number
/// of threads, their buffers are used in turn, and a failure to load an image surfaces where its batch is taken: the batches before it are
/// good, and of several failures in a batch it is the first image's.
/// </summary>
public sealed class BatchLoader : IDisposable
{
    private sealed class Slot(int batch, int pixels)
    {
        public readonly float[] Pixels = new float[batch * pixels];
        public readonly int[] Indices = new int[batch];
        public readonly ulong[] Keys = new ulong[batch];
        public int Step;
        public int Taken;
        public int Left;
        public int FailedImage;
        public ExceptionDispatchInfo? Failure;
    }

    private readonly IImageSet _set;
    private readonly IBatchSchedule _schedule;
    private readonly Slot[] _slots;
    private readonly Thread[] _threads;
    private readonly object _lock = new();
    private readonly int _endStep;
    private int _scheduled;
    private int _next;
    private bool _stop;

    /// <summary>Starts loading.</summary>
    /// <param name="set">What is loaded.</param>
    /// <param name="schedule">Which images make a batch.</param>
    /// <param name="firstStep">The first step wanted.</param>
    /// <param name="endStep">The step after the last one wanted.</param>
    /// <param name="threads">Threads that decode; at least 1.</param>
    /// <param name="depth">Batches in memory: the one in use and those ahead.</param>
    public BatchLoader(IImageSet set, IBatchSchedule schedule, int firstStep, int endStep, int threads = 1, int depth = 3)
    {
        (_set, _schedule, _scheduled, _next, _endStep) = (set, schedule, firstStep, firstStep, endStep);
        int pixels = set.Channels * set.Height * set.Width;
        _slots = [.. Enumerable.Range(0, depth).Select(_ => new Slot(schedule.BatchSize, pixels))];
        lock (_lock) Schedule();
        _threads = new Thread[Math.Max(1, threads)];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"image loader {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Takes the next batch; waits for it if need be. The batch before it may be overwritten from now on.</summary>
    /// <exception cref="InvalidOperationException">There is no further step.</exception>
    /// <exception cref="InvalidDataException">An image of the batch could not be loaded; the message names it.</exception>
    public ImageBatch Next()
    {
        lock (_lock)
        {
            if (_next >= _endStep) throw new InvalidOperationException($"step {_next} is beyond the last, {_endStep - 1}.");
            Schedule();
            Slot slot = _slots[_next % _slots.Length];
            while (slot.Left > 0) Monitor.Wait(_lock);
            slot.Failure?.Throw();
            _next++;
            return new ImageBatch(slot.Step, slot.Pixels, slot.Indices);
        }
    }

    /// <summary>
    /// Takes the next batch if it is there: not where it would have to be waited for, failed to load, or is beyond the last. The batch before it
    /// may be overwritten from now on in any case.
    /// </summary>
    public bool TryNext(out ImageBatch batch)
    {
        lock (_lock)
        {
            batch = default;
            if (_next >= _endStep) return false;
            Schedule();
            Slot slot = _slots[_next % _slots.Length];
            if (slot.Left > 0 || slot.Failure is not null) return false;
            _next++;
            batch = new ImageBatch(slot.Step, slot.Pixels, slot.Indices);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _stop = true;
            Monitor.PulseAll(_lock);
        }
        foreach (Thread thread in _threads) thread.Join();
    }

    // When step n is asked for, step n - 1 is no longer in use: n to n + depth - 1 have a slot each.
    private void Schedule()
    {
        int end = Math.Min(_next + _slots.Length, _endStep);
        for (; _scheduled < end; _scheduled++)
        {
            Slot slot = _slots[_scheduled % _slots.Length];
            _schedule.Fill(_scheduled, slot.Indices, slot.Keys);
            (slot.Step, slot.Taken, slot.Left, slot.Failure) = (_scheduled, 0, slot.Indices.Length, null);
        }
        Monitor.PulseAll(_lock);
    }

    private void Work()
    {
        int pixels = _set.Channels * _set.Height * _set.Width;
        while (true)
        {
            Slot? slot;
            int image;
            lock (_lock)
            {
                while ((slot = Oldest()) is null && !_stop) Monitor.Wait(_lock);
                if (slot is null || _stop) return;
                image = slot.Taken++;
            }
            Exception? failure = null;
            try
            {
                _set.Load(slot.Indices[image], slot.Keys[image], slot.Pixels.AsSpan(image * pixels, pixels));
            }
            catch (Exception e)
            {
                failure = e;
            }
            lock (_lock)
            {
                if (failure is not null && (slot.Failure is null || image < slot.FailedImage))
                    (slot.FailedImage, slot.Failure) = (image, ExceptionDispatchInfo.Capture(failure));
                if (--slot.Left == 0) Monitor.PulseAll(_lock);
            }
        }
    }

    private Slot? Oldest()
    {
        for (int step = _next; step < _scheduled; step++)
        {
            Slot slot = _slots[step % _slots.Length];
            if (slot.Step == step && slot.Taken < slot.Indices.Length) return slot;
        }
        return null;
    }
}
