using System.Runtime.InteropServices;

namespace JaccardKernels.Retrieval;

/// <summary>Codes that lie in a file one after another, and ids, if there are any, that do so in the same file or in another.</summary>
/// <param name="codes">The file, whose bytes of the codes are known to be there.</param>
/// <param name="codesAt">Where the codes start.</param>
/// <param name="bits">Bits of a code.</param>
/// <param name="count">Codes, and ids.</param>
/// <param name="ids">The file of the ids, whose bytes are known to be there, or null.</param>
/// <param name="idsAt">Where the ids start.</param>
internal sealed class FlatCodeSource(SourceFile codes, long codesAt, int bits, long count, SourceFile? ids = null, long idsAt = 0)
    : CodeSource(codes.Name, bits, count, ids is not null)
{
    public override void Dispose()
    {
        codes.Dispose();
        ids?.Dispose();
    }

    protected override void ReadCodes(long first, Span<byte> target) => codes.Read(codesAt + first * BytesPerCode, target);

    protected override void ReadIds(long first, Span<long> target)
    {
        if (ids is null)
        {
            base.ReadIds(first, target);
            return;
        }
        ids.Read(idsAt + first * sizeof(long), MemoryMarshal.AsBytes(target));
        int negative = Ids.IndexOfNegative(target);
        if (negative >= 0)
            throw new InvalidDataException(
                $"{ids.Name}: the id of row {first + negative} is {target[negative]}; the range is 0 to {long.MaxValue}.");
    }
}
