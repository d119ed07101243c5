using JaccardKernels.Problems;

namespace JaccardKernels.Host;

/// <summary>
/// The rectified first layer of the pairs of an image, some at a time: row f, column a pair, as the register tile reads its right side. Pairs of one
/// second object are neighbours, and so are their first objects, so these rows are made of a few runs. Whole vectors are written: what one writes beyond
/// the end of its run, the next one overwrites.
/// </summary>
internal readonly unsafe struct ObjectPairs<TLanes>
    where TLanes : struct, ILanes<TLanes, float>
{
    private readonly int _objects, _inputs;
    private readonly nint _pitch;
    private readonly float* _first, _second;

    /// <summary>The numbers of the lanes.</summary>
    public readonly TLanes Numbers;

    /// <summary>Of an image, in memory of <see cref="Length"/> elements.</summary>
    public ObjectPairs(in RelationSumProblem p, float* memory)
    {
        (_objects, _inputs, _pitch) = (p.Objects, p.Inputs, Pitch(p));
        _first = memory;
        _second = memory + _inputs * _pitch;
        float* numbers = stackalloc float[TLanes.Count];
        for (int lane = 0; lane < TLanes.Count; lane++) numbers[lane] = lane;
        Numbers = TLanes.Load(numbers);
    }

    /// <summary>Elements of two planes [F,K] with room to read a vector from any object.</summary>
    public static long Length(in RelationSumProblem p) => 2 * p.Inputs * (long)Pitch(p);

    private static nint Pitch(in RelationSumProblem p) => GemmBlocking.RoundUp(p.Objects, TLanes.Count) + TLanes.Count;

    /// <summary>Takes in an image's objects [2,F,K] and its context [F], which is added to the second.</summary>
    public void Load(float* objects, float* context)
    {
        float* second = objects + (nint)_inputs * _objects;
        for (int f = 0; f < _inputs; f++)
        {
            float* first = _first + f * _pitch;
            LineCopy.Copy(objects + (nint)f * _objects, first, _objects);
            LineCopy.Zero(first + _objects, (int)_pitch - _objects);
            for (int i = 0; i < _objects; i++) _second[f * _pitch + i] = second[(nint)f * _objects + i] + context[f];
        }
    }

    /// <summary>Zeros, to be added to.</summary>
    public void Clear() => LineCopy.Zero(_first, (int)(2 * _inputs * _pitch));

    /// <summary>The pairs from <paramref name="start"/> on, a column each, in rows with room for a vector behind the last column.</summary>
    public void Fill(int start, int columns, float* rows, nint stride)
    {
        Run* runs = stackalloc Run[columns];
        int count = Runs(start, columns, runs);
        for (int f = 0; f < _inputs; f++, rows += stride)
        {
            float* first = _first + f * _pitch, second = _second + f * _pitch;
            for (int run = 0; run < count; run++)
            {
                TLanes added = TLanes.All(second[runs[run].Second]);
                float* source = first + runs[run].First, target = rows + runs[run].Column;
                for (int t = 0; t < runs[run].Count; t += TLanes.Count) TLanes.Max(TLanes.Load(source + t) + added, TLanes.Zero).Store(target + t);
            }
        }
    }

    /// <summary>Adds the gradients of such rows to those of the objects, held here, where what <see cref="Fill"/> made is above zero.</summary>
    public void AddBack(int start, int columns, float* rows, float* gradients, nint stride)
    {
        Run* runs = stackalloc Run[columns];
        int count = Runs(start, columns, runs);
        for (int f = 0; f < _inputs; f++, rows += stride, gradients += stride)
        {
            float* first = _first + f * _pitch, second = _second + f * _pitch;
            for (int run = 0; run < count; run++)
            {
                float* target = first + runs[run].First, source = gradients + runs[run].Column, hidden = rows + runs[run].Column;
                TLanes sum = TLanes.Zero;
                int t = 0;
                for (; t + TLanes.Count <= runs[run].Count; t += TLanes.Count)
                {
                    TLanes value = TLanes.Select(TLanes.Load(hidden + t) > TLanes.Zero, TLanes.Load(source + t), TLanes.Zero);
                    (TLanes.Load(target + t) + value).Store(target + t);
                    sum += value;
                }
                if (t < runs[run].Count)
                {
                    TLanes mask = Numbers < TLanes.All(runs[run].Count - t) & TLanes.Load(hidden + t) > TLanes.Zero;
                    TLanes value = TLanes.Select(mask, TLanes.Load(source + t), TLanes.Zero);
                    (TLanes.Load(target + t) + value).Store(target + t);
                    sum += value;
                }
                second[runs[run].Second] += TLanes.Sum(sum);
            }
        }
    }

    /// <summary>Hands out what was added up: [2,F,K], and its sum over the second objects [F].</summary>
    public void Store(float* objects, float* context)
    {
        for (int f = 0; f < _inputs; f++)
        {
            float* first = _first + f * _pitch, second = _second + f * _pitch;
            LineCopy.Copy(first, objects + (nint)f * _objects, _objects);
            LineCopy.Copy(second, objects + (nint)(_inputs + f) * _objects, _objects);
            float sum = 0f;
            for (int i = 0; i < _objects; i++) sum += second[i];
            context[f] = sum;
        }
    }

    // The runs of some pairs (j, i), j <= i, those of one i behind each other.
    private static int Runs(int start, int columns, Run* runs)
    {
        int i = (int)((Math.Sqrt(8.0 * start + 1) - 1) / 2), count = 0;
        int j = start - RelationSumProblem.PairOf(0, i);
        for (int column = 0; column < columns; i++, j = 0)
        {
            int length = Math.Min(i + 1 - j, columns - column);
            runs[count++] = new Run { First = j, Second = i, Column = column, Count = length };
            column += length;
        }
        return count;
    }

    private struct Run
    {
        public int First, Second, Column, Count;
    }
}
