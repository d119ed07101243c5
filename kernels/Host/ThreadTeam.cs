using System.Runtime.CompilerServices;

namespace JaccardKernels.Host;

/// <summary>A parallel loop's body: a struct of pointers and sizes, so that a loop allocates nothing.</summary>
public interface IParallelBody
{
    /// <summary>Does task number <paramref name="task"/>. Tasks write disjoint results and must not depend on which worker runs them, or in what order.</summary>
    /// <param name="task">0 to count - 1.</param>
    /// <param name="worker">0 to Threads - 1: which scratch memory is free to use.</param>
    void Run(int task, int worker);
}

/// <summary>
/// A fixed team of threads for kernels: starts once, allocates nothing per loop. Every worker has an equal share of neighbouring tasks and then helps with the
/// shares of others, by atomic counters: kernel after kernel, most of what a worker reads is what it wrote, and lies in its own cache. The calling thread is
/// worker 0. The number of threads decides who computes a task, never what is computed: kernels cut their work by its size alone.
/// One loop runs at a time; a body must not throw (kernels check their operands before the loop).
/// </summary>
public sealed unsafe class ThreadTeam : IDisposable
{
    // Long enough to bridge the gaps between the kernels of one training step (tens of microseconds), short enough to leave an idle machine idle.
    private const int SpinsBeforeParking = 2000;

    // Counters of the shares, two cache lines apart: a processor fetches lines in pairs.
    private const int CounterStride = 32;

    private readonly Thread[] _workers;
    private readonly ScratchMemory[] _scratch;
    private readonly ScratchMemory[] _packing;
    private readonly object _wake = new();
    private delegate*<void*, int, int, void> _invoke;
    private void* _body;
    private int _count;
    private readonly int[] _next;
    private int _open;
    private int _inside;
    private int _parked;
    private volatile int _generation;
    private volatile bool _stop;

    /// <summary>Starts a team.</summary>
    /// <param name="threads">Threads in all, the caller's included; 0 means one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or above 1024.</exception>
    public ThreadTeam(int threads = 0)
    {
        if (threads is < 0 or > 1024) throw new ArgumentOutOfRangeException(nameof(threads), $"threads is {threads}; the range is 0 to 1024.");
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        _next = new int[(Threads + 1) * CounterStride];
        _scratch = new ScratchMemory[Threads];
        _packing = new ScratchMemory[Threads];
        for (int i = 0; i < Threads; i++) (_scratch[i], _packing[i]) = (new ScratchMemory(), new ScratchMemory());
        _workers = new Thread[Threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"kernel worker {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads in all, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Memory that belongs to one worker for the length of a task; contents do not survive it.</summary>
    public ScratchMemory Scratch(int worker) => _scratch[worker];

    /// <summary>A worker's second memory, for the panels, strips and sums of products: a kernel may hold its scratch across one.</summary>
    internal ScratchMemory Packing(int worker) => _packing[worker];

    /// <summary>What the workers of an operation share: packed operands, planes, transformed filters, turned counts, sums of planes.</summary>
    internal ScratchMemory SharedPacking { get; } = new();

    /// <summary>Runs tasks 0 to count - 1 and returns when all are done.</summary>
    public void For<TBody>(int count, ref TBody body)
        where TBody : struct, IParallelBody
    {
        if (count <= 1 || Threads == 1)
        {
            for (int task = 0; task < count; task++) body.Run(task, 0);
            return;
        }
        _invoke = &Invoke<TBody>;
        // The body lives in the caller's frame, which outlasts the loop; it holds pointers and sizes only.
        _body = Unsafe.AsPointer(ref body);
        _count = count;
        for (int worker = 0; worker < Threads; worker++) Next(worker) = ShareStart(worker);
        Interlocked.Exchange(ref _open, 1);
        Interlocked.Increment(ref _generation);
        WakeParked();
        Drain(0);
        // Every task is taken. Those inside finish theirs; who comes later finds the loop closed, so a worker that the machine is slow
        // to wake keeps nobody waiting.
        Interlocked.Exchange(ref _open, 0);
        var spinner = new SpinWait();
        while (Volatile.Read(ref _inside) != 0) spinner.SpinOnce(sleep1Threshold: -1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stop) return;
        _stop = true;
        Interlocked.Increment(ref _generation);
        WakeParked();
        foreach (Thread worker in _workers) worker.Join();
        foreach (ScratchMemory scratch in _scratch) scratch.Dispose();
        foreach (ScratchMemory packing in _packing) packing.Dispose();
        SharedPacking.Dispose();
    }

    private static void Invoke<TBody>(void* body, int task, int worker)
        where TBody : struct, IParallelBody => Unsafe.AsRef<TBody>(body).Run(task, worker);

    private void Drain(int worker)
    {
        for (int i = 0; i < Threads; i++)
        {
            int share = (worker + i) % Threads, end = ShareStart(share + 1), task;
            ref int next = ref Next(share);
            while (Volatile.Read(ref next) < end && (task = Interlocked.Increment(ref next) - 1) < end) _invoke(_body, task, worker);
        }
    }

    // The first line belongs to the array's length, which everybody reads.
    private ref int Next(int share) => ref _next[(share + 1) * CounterStride];

    private int ShareStart(int share) => (int)((long)_count * share / Threads);

    private void WakeParked()
    {
        if (Volatile.Read(ref _parked) == 0) return;
        lock (_wake) Monitor.PulseAll(_wake);
    }

    private void Work(int worker)
    {
        int seen = 0;
        while (true)
        {
            int spins = 0;
            while (_generation == seen && ++spins < SpinsBeforeParking) Thread.SpinWait(20);
            if (_generation == seen) Park(seen);
            seen = _generation;
            if (_stop) return;
            // Announce first, look second: the caller closes first and counts second, so one of the two sees the other.
            Interlocked.Increment(ref _inside);
            if (Volatile.Read(ref _open) != 0) Drain(worker);
            Interlocked.Decrement(ref _inside);
        }
    }

    // A loop begins by counting up _generation and then looks at _parked; a worker counts up _parked and then looks at _generation. Whichever
    // comes first, one of the two sees the other. A condition, not a semaphore: a count released for one worker could be taken by another.
    private void Park(int seen)
    {
        lock (_wake)
        {
            Interlocked.Increment(ref _parked);
            while (_generation == seen) Monitor.Wait(_wake);
            Interlocked.Decrement(ref _parked);
        }
    }
}
