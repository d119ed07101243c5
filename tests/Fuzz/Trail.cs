using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace JaccardKernels.Fuzz;

/// <summary>
/// Where a thread is: in a file, which tells the iteration that ended the process where one does (a native crash, a stack that overflows), and for a
/// watchdog, which ends the process where an input does not end.
/// </summary>
internal sealed class Trail : IDisposable
{
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);

    private readonly string _path, _target;
    private readonly SafeFileHandle _file;
    private readonly Timer _watchdog;
    private readonly byte[] _bytes = new byte[8];
    private byte[] _input = [];
    private long _iteration, _started;

    /// <summary>Starts a trail.</summary>
    public Trail(string folder, string target, int seed, int thread)
    {
        Directory.CreateDirectory(folder);
        (_path, _target) = (Path.Combine(folder, $"{target}-s{seed}-t{thread}.at"), target);
        _file = File.OpenHandle(_path, FileMode.Create, FileAccess.Write, FileShare.Read);
        _watchdog = new Timer(_ => Watch(), null, s_hang, TimeSpan.FromSeconds(1));
    }

    /// <summary>An iteration begins.</summary>
    public void Begin(long iteration, byte[] input)
    {
        _input = input;
        BinaryPrimitives.WriteInt64LittleEndian(_bytes, iteration);
        RandomAccess.Write(_file, _bytes, 0);
        Volatile.Write(ref _iteration, iteration);
        Volatile.Write(ref _started, Stopwatch.GetTimestamp());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    private void Watch()
    {
        long started = Volatile.Read(ref _started);
        if (started == 0 || Stopwatch.GetElapsedTime(started) < s_hang) return;
        string kept = Path.ChangeExtension(_path, $"i{Volatile.Read(ref _iteration)}.bin");
        File.WriteAllBytes(kept, _input);
        Console.Error.WriteLine($"fuzz: {_target}: iteration {Volatile.Read(ref _iteration)} has not ended for {s_hang.TotalSeconds:0} s; its input is {kept}.");
        Environment.Exit(1);
    }
}
