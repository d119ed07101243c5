using ILGPU;
using ILGPU.Runtime;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Gpu;

namespace JaccardKernels.Tests.Gpu;

[TestFixtureSource(typeof(GpuKinds), nameof(GpuKinds.All))]
public class TopKBufferTests(string kind)
{
    private GpuBackend _backend = null!;

    [OneTimeSetUp]
    public void Open() => _backend = GpuKinds.Open(kind);

    [OneTimeTearDown]
    public void Close() => _backend.Dispose();

    [TestCase(1, 1)]
    [TestCase(1, 100)]
    [TestCase(7, 3)]
    [TestCase(16, 300)]
    [TestCase(100, 99)]
    [TestCase(100, 1000)]
    public void KeepsTheLeastInOrder(int k, int count)
    {
        GpuQueue queue = _backend.Queue;
        int lists = TopKBuffer.ListsFor(k, queue.GroupSize), shift = TopKBuffer.ShiftFor(k, queue.GroupSize);
        const long Limit = 1L << 60;
        var random = new Random(k * 1000 + count);
        var keys = new long[lists * count];
        // Ranks with ties, which the number in the lower half breaks; some beyond the limit; falling ranks in list 0, the worst order there is.
        for (int i = 0; i < keys.Length; i++)
        {
            long rank = i < count ? 2L * (count - i) : random.Next(10) == 0 ? 1L << 29 : random.Next(50);
            keys[i] = (rank << 32) | (long)i;
        }
        var found = new long[lists * k];
        using MemoryBuffer1D<long, Stride1D.Dense> source = queue.Accelerator.Allocate1D(keys), target = queue.Accelerator.Allocate1D<long>(found.Length);
        queue.Accelerator.Synchronize();
        var kernel = new Kernel<Offers>(queue, KeepLeast);
        kernel.LaunchGroups(1, new Offers { Keys = source.View, Found = target.View, Lists = lists, Shift = shift, K = k, Count = count, Limit = Limit });
        queue.Stream.Synchronize();
        target.CopyToCPU(found);
        for (int list = 0; list < lists; list++)
        {
            IEnumerable<long> least = keys.Skip(list * count).Take(count).Where(key => key < Limit).Order().Take(k);
            long[] expected = [.. least.Concat(Enumerable.Repeat(TopKBuffer.None, k)).Take(k)];
            Assert.That(found.AsSpan(list * k, k).ToArray(), Is.EqualTo(expected), $"list {list}");
        }
    }

    [Test]
    public void RefusesMoreThanItHolds()
    {
        Assert.That(() => TopKBuffer.ShiftFor(TopKBuffer.MaxK(256) + 1, 256), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That((TopKBuffer.MaxK(256), TopKBuffer.ListsFor(3840, 256), TopKBuffer.ListsFor(1024, 256), TopKBuffer.ListsFor(10, 256)), Is.EqualTo((3840, 1, 2, 8)));
    }

    public static void KeepLeast(Offers o)
    {
        TopKBuffer buffer = TopKBuffer.Create(o.Lists, o.Shift, o.K);
        buffer.Clear(o.Limit);
        for (int start = 0; start < o.Count; start += Group.DimX)
        {
            int at = start + Group.IdxX;
            for (int list = 0; list < o.Lists; list++)
            {
                if (at < o.Count) buffer.Push(list, o.Keys[list * o.Count + at]);
            }
            buffer.Prune(start + Group.DimX >= o.Count);
        }
        for (int list = 0; list < o.Lists; list++)
        {
            for (int i = Group.IdxX; i < o.K; i += Group.DimX)
            {
                o.Found[list * o.K + i] = buffer.Key(list, i);
            }
        }
    }

    public struct Offers
    {
        public ArrayView<long> Keys, Found;
        public int Lists, Shift, K, Count;
        public long Limit;
    }
}
