using ILGPU;
using ILGPU.Runtime.OpenCL;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Tests.Gpu;

/// <summary>What exceeds a device is refused before it is launched, with the number and the limit, and the device works on.</summary>
[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class DeviceLimitsTests(string kind)
{
    // A thread fills four elements.
    private const int Length = 4000, FillThreads = Length / 4, SharedFloats = 100;

    private GpuBackend _backend = null!;
    private DeviceLimits _limits = null!;

    [SetUp]
    public void Open()
    {
        _backend = GpuKinds.Open(kind);
        _limits = _backend.Queue.Limits;
    }

    [TearDown]
    public void Close() => _backend.Dispose();

    [Test]
    public void TooManyGroupsAreRefused()
    {
        int size = _backend.Queue.GroupSize, groups = (FillThreads + size - 1) / size;
        using DeviceBuffer buffer = _backend.Allocate<float>(Length);
        _backend.Queue.Limits = _limits with { Groups = groups - 1 };
        Refused(buffer, $"Fill.Assign needs {groups} groups of {size} threads; {_limits.Device} takes {groups - 1}.");
    }

    [Test]
    public void TooManyThreadsAreRefused()
    {
        int size = _backend.Queue.GroupSize, groups = (FillThreads + size - 1) / size;
        using DeviceBuffer buffer = _backend.Allocate<float>(Length);
        _backend.Queue.Limits = _limits with { Threads = groups * size - 1 };
        Refused(buffer, $"needs {groups} groups of {size} threads; {_limits.Device} takes {groups - 1}.");
    }

    [Test]
    public void MoreThreadsThanCanBeNumberedAreRefused()
    {
        var kernel = new Kernel<Elementwise.Operands<Fill.Assign>>(_backend.Queue, Elementwise.Run);
        Assert.That(
            () => kernel.LaunchThreads(1L << 31, default),
            Throws.ArgumentException.With.Message.EqualTo("Fill.Assign needs 2147483648 threads; a launch numbers 2147483647."));
        long most = _limits.Threads == int.MaxValue ? int.MaxValue / _backend.Queue.GroupSize : _limits.Groups;
        Assert.That(
            () => kernel.LaunchGroups(most + 1, default),
            Throws.ArgumentException.With.Message.EqualTo(
                $"Fill.Assign needs {most + 1} groups of {_backend.Queue.GroupSize} threads; {_limits.Device} takes {most}."));
    }

    [Test]
    public void TooLargeGroupsAreRefused()
    {
        int size = _backend.Queue.GroupSize;
        using DeviceBuffer buffer = _backend.Allocate<float>(Length);
        _backend.Queue.Limits = _limits with { GroupSize = size - 1 };
        Refused(buffer, $"Fill.Assign needs groups of {size} threads; {_limits.Device} takes {size - 1}.");
    }

    [Test]
    public void TooMuchSharedMemoryIsRefused()
    {
        const int Bytes = SharedFloats * sizeof(float);
        var kernel = new Kernel<ShareOperands>(_backend.Queue, Share);
        int size = _backend.Queue.GroupSize;
        using DeviceBuffer buffer = _backend.Allocate<float>(size);
        var operands = new ShareOperands { Result = _backend.Own(buffer).View<float>(0, size) };
        _backend.Queue.Limits = _limits with { SharedBytes = Bytes - 1 };
        Assert.That(
            () => kernel.Launch(1, size, operands),
            Throws.ArgumentException.With.Message.EqualTo(
                $"DeviceLimitsTests.Share needs {Bytes} bytes of shared memory a group; {_limits.Device} takes {Bytes - 1}."));
        _backend.Queue.Limits = _limits with { SharedBytes = Bytes };
        kernel.Launch(1, size, operands);
        var result = new float[size];
        _backend.Download(buffer.As<float>(), result.AsSpan());
        Assert.That(result, Is.EqualTo(Enumerable.Range(0, size).Select(i => (float)((i + 1) % SharedFloats % size))));
    }

    [Test]
    public void NoGroupsAreNoWork() =>
        Assert.That(() => new Kernel<Elementwise.Operands<Fill.Assign>>(_backend.Queue, Elementwise.Run).LaunchGroups(0, default), Throws.Nothing);

    [Test]
    public void ScratchMemoryNamesTheOperation()
    {
        var problem = new HammingProblem(2, 100, 64, 5);
        using DeviceBuffer codes = _backend.Allocate<ulong>(100), distances = _backend.Allocate<int>(10), rows = _backend.Allocate<int>(10);
        // The fused search: the plain one, which a CPU that speaks OpenCL prefers for so few queries, needs no scratch memory.
        _backend.Ladders.Single(ladder => ladder.Operation == "HammingTopK").Forced = new KernelChoice(3);
        _backend.Queue.Fault = what => what == "an allocation" ? new CLException(CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE) : null;
        Assert.That(
            () => _backend.HammingTopK(problem, codes.Slice<ulong>(0, 2), codes.As<ulong>(), distances.As<int>(), rows.As<int>()),
            Throws.TypeOf<InsufficientMemoryException>().With.Message.Match(@"^\d+ bytes of scratch memory of HammingFusedSearch were asked of .+ free\.$"));
        // Refused, not lost.
        _backend.Queue.Fault = null;
        _backend.HammingTopK(problem, codes.Slice<ulong>(0, 2), codes.As<ulong>(), distances.As<int>(), rows.As<int>());
        var result = new int[10];
        _backend.Download(rows.As<int>(), result.AsSpan());
        Assert.That(result, Is.EqualTo(new[] { 0, 1, 2, 3, 4, 0, 1, 2, 3, 4 }));
    }

    /// <summary>A kernel with shared memory: each thread gives its number to the one before.</summary>
    public static void Share(ShareOperands o)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(SharedFloats);
        if (Group.IdxX < SharedFloats) shared[Group.IdxX] = Group.IdxX;
        Group.Barrier();
        int next = (Group.IdxX + 1) % SharedFloats % Group.DimX;
        o.Result[Group.IdxX] = shared[next];
    }

    private void Refused(DeviceBuffer buffer, string message)
    {
        Assert.That(
            () => _backend.Fill(new ElementwiseProblem(Length), 1, buffer.As<float>()), Throws.ArgumentException.With.Message.Contains(message));
        var values = new float[Length];
        _backend.Download(buffer.As<float>(), values.AsSpan());
        Assert.That(values, Is.All.Zero);
        _backend.Queue.Limits = _limits;
        // A kernel that has not run yet: the one refused keeps the limits it was prepared with.
        _backend.Copy(new ElementwiseProblem(Length), buffer.As<float>(), buffer.As<float>());
        Assert.That(_backend.Synchronize, Throws.Nothing);
    }

    /// <summary>Where <see cref="Share"/> writes.</summary>
    public struct ShareOperands
    {
        /// <summary>A number for each thread of a group.</summary>
        public ArrayView<float> Result;
    }
}
