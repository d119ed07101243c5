using ILGPU.Runtime;

namespace JaccardKernels.Gpu;

/// <summary>
/// Copies between the host's pageable memory and the device, in pieces through a few blocks of page-locked memory in turn: while the device
/// copies one piece, the host copies the next. The blocks are kept; nothing is allocated once all have been used.
/// </summary>
public sealed class StagingRing : IDisposable
{
    private const int Blocks = 4;

    private readonly GpuQueue _queue;
    private readonly int _blockBytes;
    private readonly Block?[] _blocks = new Block?[Blocks];
    private int _next;

    /// <summary>Prepares; blocks are allocated when they are first used.</summary>
    /// <param name="queue">Where copies are queued.</param>
    /// <param name="blockBytes">Bytes of a block, and of a piece.</param>
    internal StagingRing(GpuQueue queue, int blockBytes = 2 << 20) => (_queue, _blockBytes) = (queue, blockBytes);

    /// <summary>Queues a copy to the device; source may be reused when the call returns.</summary>
    public unsafe void Upload(byte* source, MemoryBuffer destination, long offset, long bytes)
    {
        try
        {
            _queue.Enter("an upload");
            for (long done = 0; done < bytes; done += _blockBytes)
            {
                int piece = (int)Math.Min(_blockBytes, bytes - done);
                Block block = Next();
                Buffer.MemoryCopy(source + done, block.Memory.Start, _blockBytes, piece);
                Transfers.ToDevice(_queue.Stream, (nint)block.Memory.Start, destination, offset + done, piece);
                block.Busy.Record(_queue.Stream);
            }
        }
        catch (AcceleratorException e)
        {
            throw _queue.Lost(e, "an upload");
        }
    }

    /// <summary>Waits for the work queued and copies from the device.</summary>
    public unsafe void Download(MemoryBuffer source, long offset, byte* destination, long bytes)
    {
        try
        {
            _queue.Enter("a download");
            Block? last = null;
            long lastStart = 0;
            for (long start = 0; start < bytes; start += _blockBytes)
            {
                int piece = (int)Math.Min(_blockBytes, bytes - start);
                Block block = Next();
                Transfers.ToHost(_queue.Stream, source, offset + start, (nint)block.Memory.Start, piece);
                block.Busy.Record(_queue.Stream);
                if (last is not null) CopyOut(last, destination + lastStart, _blockBytes);
                (last, lastStart) = (block, start);
            }
            if (last is not null) CopyOut(last, destination + lastStart, (int)(bytes - lastStart));
        }
        catch (AcceleratorException e)
        {
            throw _queue.Lost(e, "a download");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Block? block in _blocks)
        {
            if (block is null) continue;
            _queue.Release(block.Busy);
            block.Memory.Dispose();
        }
    }

    private static unsafe void CopyOut(Block block, byte* destination, int bytes)
    {
        block.Busy.Synchronize();
        Buffer.MemoryCopy(block.Memory.Start, destination, bytes, bytes);
    }

    // The oldest block, once the device is done with it.
    private Block Next()
    {
        Block block = _blocks[_next] ??= new Block(new PageLockedMemory(_queue, _blockBytes), GpuEvent.Create(_queue.Accelerator));
        _next = (_next + 1) % Blocks;
        block.Busy.Synchronize();
        return block;
    }

    private sealed record Block(PageLockedMemory Memory, GpuEvent Busy);
}
