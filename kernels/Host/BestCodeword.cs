using System.Runtime.Intrinsics;

namespace JaccardKernels.Host;

/// <summary>The place of the largest of scores less the sum of some rows; of equals the first.</summary>
internal static unsafe class BestCodeword
{
    private const int MostLanes = 16;

    /// <summary>The k with the largest scores[k] - rows[0][k] - rows[1][k] - ..., subtracted in this order.</summary>
    public static int Of(float* scores, float** rows, int count, int length)
    {
        int best = 0, done = 0;
        float largest = float.NegativeInfinity;
        if (Vector512.IsHardwareAccelerated) done = Vectors<Lanes512<float>>(scores, rows, count, done, length, ref best, ref largest);
        else if (Vector256.IsHardwareAccelerated) done = Vectors<Lanes256<float>>(scores, rows, count, done, length, ref best, ref largest);
        else if (Vector128.IsHardwareAccelerated) done = Vectors<Lanes128<float>>(scores, rows, count, done, length, ref best, ref largest);
        _ = Vectors<Lane<float>>(scores, rows, count, done, length, ref best, ref largest);
        return best;
    }

    // Four vectors at a time, so that no subtraction waits for the one before; places are floats, to be chosen as scores are.
    private static int Vectors<TLanes>(float* scores, float** rows, int count, int start, int length, ref int best, ref float largest)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int width = TLanes.Count, k = start;
        if (length - k < width) return k;
        float* lanes = stackalloc float[MostLanes], places = stackalloc float[MostLanes];
        for (int i = 0; i < width; i++) places[i] = k + i;
        TLanes top = TLanes.All(float.NegativeInfinity), place = TLanes.Zero, here = TLanes.Load(places), step = TLanes.All(width);
        for (; k <= length - 4 * width; k += 4 * width)
        {
            TLanes s0 = TLanes.Load(scores + k), s1 = TLanes.Load(scores + k + width);
            TLanes s2 = TLanes.Load(scores + k + 2 * width), s3 = TLanes.Load(scores + k + 3 * width);
            for (int i = 0; i < count; i++)
            {
                float* row = rows[i] + k;
                s0 -= TLanes.Load(row);
                s1 -= TLanes.Load(row + width);
                s2 -= TLanes.Load(row + 2 * width);
                s3 -= TLanes.Load(row + 3 * width);
            }
            Take(s0, step, ref top, ref place, ref here);
            Take(s1, step, ref top, ref place, ref here);
            Take(s2, step, ref top, ref place, ref here);
            Take(s3, step, ref top, ref place, ref here);
        }
        for (; k <= length - width; k += width)
        {
            TLanes s = TLanes.Load(scores + k);
            for (int i = 0; i < count; i++) s -= TLanes.Load(rows[i] + k);
            Take(s, step, ref top, ref place, ref here);
        }
        top.Store(lanes);
        place.Store(places);
        for (int i = 0; i < width; i++)
        {
            if (lanes[i] > largest || (lanes[i] == largest && (int)places[i] < best)) (best, largest) = ((int)places[i], lanes[i]);
        }
        return k;
    }

    private static void Take<TLanes>(TLanes scores, TLanes step, ref TLanes top, ref TLanes place, ref TLanes here)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes above = scores > top;
        top = TLanes.Select(above, scores, top);
        place = TLanes.Select(above, here, place);
        here += step;
    }
}
