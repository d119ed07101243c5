using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>
/// A tile of 4 Side x 4 Side similarities, a thread 4 x 4 neighbours of them: words pass from memory to shared memory and on to registers four
/// rows at a time, and results leave as four neighbours. A step is two 128-bit loads for 16 combinations, where single words take eight. A tile
/// above the diagonal of a symmetric matrix is stored again as its mirror image, which in registers is only a matter of naming.
/// Shared memory: 8 Side words a step, 8 KiB for Side = 16.
/// </summary>
internal static class PairTile
{
    private const int Depth = 16;

    public static void Run<TTile, TMeasure>(PackedOperands o)
        where TTile : struct, ITile
        where TMeasure : struct, IMeasure<uint>
    {
        int tileColumns = Blocks.Covering(o.N, 4 * TTile.Side), tileRow = Grid.IdxX / tileColumns, tileColumn = Grid.IdxX % tileColumns;
        if (o.Mirrored != 0 && tileColumn < tileRow) return;
        int thread = Group.IdxX, x = thread % TTile.Side, y = thread / TTile.Side;
        int row = 4 * (tileRow * TTile.Side + y), column = 4 * (tileColumn * TTile.Side + x);
        ArrayView<Four<uint>> stripA = SharedMemory.Allocate<Four<uint>>(TTile.Side * Depth);
        ArrayView<Four<uint>> stripB = SharedMemory.Allocate<Four<uint>>(TTile.Side * Depth);
        ArrayView<Four<uint>> labelsA = o.Labels.A.Cast<Four<uint>>(), labelsB = o.Labels.B.Cast<Four<uint>>();
        uint s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
        uint s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
        for (int start = 0; start < o.Labels.Words; start += Depth)
        {
            int depth = IntrinsicMath.Min(Depth, o.Labels.Words - start);
            for (int i = thread; i < TTile.Side * depth; i += TTile.Side * TTile.Side)
            {
                int word = start + i / TTile.Side, at = i % TTile.Side;
                stripA[i] = labelsA[word * (o.Labels.StrideA / 4) + tileRow * TTile.Side + at];
                stripB[i] = labelsB[word * (o.Labels.StrideB / 4) + tileColumn * TTile.Side + at];
            }
            Group.Barrier();
            for (int step = 0; step < depth; step++)
            {
                Four<uint> a = stripA[step * TTile.Side + y], b = stripB[step * TTile.Side + x];
                s00 = TMeasure.Combine(s00, a.X, b.X);
                s01 = TMeasure.Combine(s01, a.X, b.Y);
                s02 = TMeasure.Combine(s02, a.X, b.Z);
                s03 = TMeasure.Combine(s03, a.X, b.W);
                s10 = TMeasure.Combine(s10, a.Y, b.X);
                s11 = TMeasure.Combine(s11, a.Y, b.Y);
                s12 = TMeasure.Combine(s12, a.Y, b.Z);
                s13 = TMeasure.Combine(s13, a.Y, b.W);
                s20 = TMeasure.Combine(s20, a.Z, b.X);
                s21 = TMeasure.Combine(s21, a.Z, b.Y);
                s22 = TMeasure.Combine(s22, a.Z, b.Z);
                s23 = TMeasure.Combine(s23, a.Z, b.W);
                s30 = TMeasure.Combine(s30, a.W, b.X);
                s31 = TMeasure.Combine(s31, a.W, b.Y);
                s32 = TMeasure.Combine(s32, a.W, b.Z);
                s33 = TMeasure.Combine(s33, a.W, b.W);
            }
            Group.Barrier();
        }

        // Rows and columns of the padding have sums too: all zeros.
        Four<float> r0 = Values<TMeasure>(o, row, column, s00, s01, s02, s03), r1 = Values<TMeasure>(o, row + 1, column, s10, s11, s12, s13);
        Four<float> r2 = Values<TMeasure>(o, row + 2, column, s20, s21, s22, s23), r3 = Values<TMeasure>(o, row + 3, column, s30, s31, s32, s33);
        Store(o, row, column, r0.X, r0.Y, r0.Z, r0.W);
        Store(o, row + 1, column, r1.X, r1.Y, r1.Z, r1.W);
        Store(o, row + 2, column, r2.X, r2.Y, r2.Z, r2.W);
        Store(o, row + 3, column, r3.X, r3.Y, r3.Z, r3.W);
        if (o.Mirrored == 0 || tileColumn == tileRow) return;
        Store(o, column, row, r0.X, r1.X, r2.X, r3.X);
        Store(o, column + 1, row, r0.Y, r1.Y, r2.Y, r3.Y);
        Store(o, column + 2, row, r0.Z, r1.Z, r2.Z, r3.Z);
        Store(o, column + 3, row, r0.W, r1.W, r2.W, r3.W);
    }

    private static Four<float> Values<TMeasure>(PackedOperands o, int row, int column, uint s0, uint s1, uint s2, uint s3)
        where TMeasure : struct, IMeasure<uint>
    {
        long a = o.Labels.SumsA[row], b0 = o.Labels.SumsB[column], b1 = o.Labels.SumsB[column + 1];
        long b2 = o.Labels.SumsB[column + 2], b3 = o.Labels.SumsB[column + 3];
        return new Four<float>
        {
            X = SimilarityValue.Of(TMeasure.IsCosine, o.Kind, TMeasure.Shared(s0, a, b0), a, b0, o.EmptyValue),
            Y = SimilarityValue.Of(TMeasure.IsCosine, o.Kind, TMeasure.Shared(s1, a, b1), a, b1, o.EmptyValue),
            Z = SimilarityValue.Of(TMeasure.IsCosine, o.Kind, TMeasure.Shared(s2, a, b2), a, b2, o.EmptyValue),
            W = SimilarityValue.Of(TMeasure.IsCosine, o.Kind, TMeasure.Shared(s3, a, b3), a, b3, o.EmptyValue),
        };
    }

    private static void Store(PackedOperands o, int row, int column, float v0, float v1, float v2, float v3)
    {
        if (row >= o.M || column >= o.N) return;
        if (o.HasVectors != 0)
        {
            o.Vectors[row * (o.N / 4) + column / 4] = new Four<float> { X = v0, Y = v1, Z = v2, W = v3 };
            return;
        }
        int at = row * o.N + column;
        o.Similarity[at] = v0;
        if (column + 1 < o.N) o.Similarity[at + 1] = v1;
        if (column + 2 < o.N) o.Similarity[at + 2] = v2;
        if (column + 3 < o.N) o.Similarity[at + 3] = v3;
    }
}
