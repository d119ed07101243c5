using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// Keeps values where they were computed. ILGPU places a pure computation next to its uses, inside of loops too, where a division of the
/// thread's index would be repeated at every turn; a load from shared memory it leaves in place, and each thread reads only what it wrote.
/// </summary>
internal readonly struct PinnedValues
{
    private readonly ArrayView<int> _slots;

    private PinnedValues(ArrayView<int> slots) => _slots = slots;

    /// <summary>A slot for each thread of a group.</summary>
    public static PinnedValues Of<TGroup>()
        where TGroup : struct, IGroup => new(SharedMemory.Allocate<int>(TGroup.GroupSize));

    /// <summary>The value.</summary>
    public int Pin(int value)
    {
        _slots[Group.IdxX] = value;
        return _slots[Group.IdxX];
    }
}
