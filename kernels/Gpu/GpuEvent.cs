using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace JaccardKernels.Gpu;

/// <summary>
/// A point in the work of one stream, for which another stream, or the host, can wait. ILGPU has such points only for measuring time; these are
/// the driver's own. Until it is first recorded, nothing waits for it.
/// </summary>
internal abstract class GpuEvent : IDisposable
{
    /// <summary>An event of that kind of device; the simulator, whose calls have finished when they return, has nothing to wait for.</summary>
    public static GpuEvent Create(Accelerator accelerator) => accelerator switch
    {
        CudaAccelerator => new CudaEvent(),
        CLAccelerator => new ClEvent(),
        _ => new FinishedEvent(),
    };

    /// <summary>Takes the end of the work now queued on a stream as its point.</summary>
    public abstract void Record(AcceleratorStream stream);

    /// <summary>Lets what is queued on a stream from now on begin after the point.</summary>
    public abstract void Delay(AcceleratorStream stream);

    /// <summary>Waits on the host.</summary>
    public abstract void Synchronize();

    /// <inheritdoc/>
    public abstract void Dispose();

    private sealed class FinishedEvent : GpuEvent
    {
        public override void Record(AcceleratorStream stream)
        {
        }

        public override void Delay(AcceleratorStream stream)
        {
        }

        public override void Synchronize()
        {
        }

        public override void Dispose()
        {
        }
    }
}
