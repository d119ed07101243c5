using System.Runtime.InteropServices;
using ILGPU.Runtime;

namespace JaccardKernels.Gpu;

/// <summary>
/// Host memory that a device copies from and to by itself: on CUDA page-locked, without which a copy goes through the driver's own staging and
/// waits for it. OpenCL has no call for it; there it is plain memory.
/// </summary>
internal sealed unsafe class PageLockedMemory : IDisposable
{
    private const int Page = 4096;

    private readonly GpuQueue _queue;
    private readonly PageLockScope<byte> _lock;
    private byte* _start;

    /// <summary>Allocates.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no more, or the system locks no more pages.</exception>
    /// <exception cref="DeviceLostException">The device failed, now or before.</exception>
    public PageLockedMemory(GpuQueue queue, long bytes)
    {
        _queue = queue;
        string refusal = $"{bytes} bytes of page-locked host memory were asked for, to copy with {queue.Accelerator.Name}; the system refuses.";
        // Whole pages of its own: what else lay on a page would be locked with it.
        long whole = Math.Max(Page, (bytes + Page - 1) / Page * Page);
        try
        {
            queue.Enter("locking pages");
            _start = (byte*)NativeMemory.AlignedAlloc((nuint)whole, Page);
            _lock = queue.Accelerator.CreatePageLockFromPinned<byte>((nint)_start, whole);
        }
        catch (OutOfMemoryException e)
        {
            throw new InsufficientMemoryException(refusal, e);
        }
        catch (AcceleratorException e)
        {
            NativeMemory.AlignedFree(_start);
            throw queue.RefusalOrLoss(e, "locking pages", refusal);
        }
    }

    /// <summary>Where it starts.</summary>
    public byte* Start => _start;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start == null) return;
        _queue.Release(_lock);
        // A lost device may still write here.
        if (!_queue.IsLost) NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
