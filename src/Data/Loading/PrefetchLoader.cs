using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using JaccardKernels.Learning;
using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// Loads the batches of a plan ahead of their use, by threads of its own, image by image, and hands them out in order. What is in a batch
/// depends on the plan alone, never on the threads. Once started it allocates nothing (beyond what the set's decoding does). One thread
/// takes batches; <see cref="Dispose"/> stops the loading at any time.
/// </summary>
public sealed class PrefetchLoader : IDisposable
{
    private readonly IImageSet _set;
    private readonly IBatchPlan _plan;
    private readonly ImageBatch[] _ring;
    private readonly Thread[] _threads;
    private readonly object _lock = new();

    // Batches are numbered from 0; batch b lives in slot b modulo the ring's length. Batches before _head are done with, _head is in the
    // caller's hands if _handedOut, those up to _planned are loading or loaded.
    private long _head;
    private long _planned;
    private bool _handedOut;
    private bool _planEnded;
    private bool _stop;
    private ExceptionDispatchInfo? _failure;
    private long _failedBatch = long.MaxValue;

    /// <summary>Starts loading.</summary>
    /// <param name="set">Images.</param>
    /// <param name="plan">Their order; used by the loader alone from now on.</param>
    /// <param name="batchSize">Images of a batch.</param>
    /// <param name="ahead">Batches loaded ahead of the one in use.</param>
    /// <param name="threads">Loading threads; 0 means one for every two processors.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range, or a batch exceeds what one array can hold.</exception>
    public PrefetchLoader(IImageSet set, IBatchPlan plan, int batchSize, int ahead = 2, int threads = 0)
    {
        Guard.Positive(batchSize);
        Guard.InRange(ahead, 1, 64);
        Guard.InRange(threads, 0, 256);
        _set = set;
        _plan = plan;
        _ring = new ImageBatch[ahead + 1];
        int imageLength = Guard.Elements("image", set.Channels, set.Height, set.Width);
        for (int i = 0; i < _ring.Length; i++) _ring[i] = new ImageBatch(batchSize, imageLength);
        _threads = new Thread[threads == 0 ? Math.Max(1, Environment.ProcessorCount / 2) : threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"image loader {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Gives the previous batch back and waits for the next.</summary>
    /// <param name="batch">The batch, valid until the next call; null at the end.</param>
    /// <returns>False when the plan has no more batches.</returns>
    /// <exception cref="InvalidDataException">An image could not be loaded (whatever the set's Load threw is thrown here, for its
    /// batch).</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed of.</exception>
    public bool TryNext([NotNullWhen(true)] out ImageBatch? batch)
    {
        lock (_lock)
        {
            if (_handedOut)
            {
                _handedOut = false;
                _head++;
                Monitor.PulseAll(_lock);
            }
            while (true)
            {
                ObjectDisposedException.ThrowIf(_stop && _failure is null, this);
                if (_head < _planned)
                {
                    ImageBatch head = Slot(_head);
                    if (head.Finished == head.Count)
                    {
                        _handedOut = true;
                        batch = head;
                        return true;
                    }
                }
                else if (_planEnded)
                {
                    batch = null;
                    return false;
                }
                // Batches before the failed one are complete, or about to be: their last images are in the hands of other threads.
                if (_head >= _failedBatch) _failure!.Throw();
                Monitor.Wait(_lock);
            }
        }
    }

    /// <summary>Stops loading and waits for the threads; an image that is being decoded is finished first.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _stop = true;
            Monitor.PulseAll(_lock);
        }
        foreach (Thread thread in _threads) thread.Join();
    }

    private ImageBatch Slot(long batch) => _ring[batch % _ring.Length];

    private void Work()
    {
        long number = 0;
        try
        {
            while (TryTake(out ImageBatch? batch, out int item, ref number))
            {
                batch.Load(_set, item);
                lock (_lock)
                {
                    if (++batch.Finished == batch.Count) Monitor.PulseAll(_lock);
                }
            }
        }
        catch (Exception e)
        {
            // Any failure belongs to the thread that asked for the images; of several, the one it meets first.
            lock (_lock)
            {
                if (number < _failedBatch) (_failedBatch, _failure) = (number, ExceptionDispatchInfo.Capture(e));
                _stop = true;
                Monitor.PulseAll(_lock);
            }
        }
    }

    // The next image to load and the number of its batch, waiting for room; false when there is nothing left to do.
    private bool TryTake([NotNullWhen(true)] out ImageBatch? batch, out int item, ref long number)
    {
        lock (_lock)
        {
            while (!_stop)
            {
                if (_planned > 0)
                {
                    ImageBatch newest = Slot(_planned - 1);
                    if (newest.Taken < newest.Count)
                    {
                        batch = newest;
                        item = newest.Taken++;
                        number = _planned - 1;
                        return true;
                    }
                }
                if (_planEnded) break;
                if (_planned - _head < _ring.Length)
                {
                    number = _planned;
                    Slot(_planned).Fill(_plan);
                    if (Slot(_planned).Count == 0) _planEnded = true;
                    else _planned++;
                    Monitor.PulseAll(_lock);
                    continue;
                }
                Monitor.Wait(_lock);
            }
        }
        batch = null;
        item = 0;
        return false;
    }
}
