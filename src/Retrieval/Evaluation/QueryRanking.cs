namespace JaccardKernels.Retrieval;

/// <summary>
/// One query's ranking of the database, as far as the level of equals that the cut R falls into, that level included. Memory is reused.
/// </summary>
internal sealed class QueryRanking
{
    private readonly SmallestKeys _selector = new();
    private int[] _rows = [];
    private int[] _ends = [];
    private int[] _histogram = [];
    private int _levels;

    /// <summary>Rows of the database, in the order (distance, row).</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Length);

    /// <summary>Where each level of equals ends in <see cref="Rows"/>, exclusive.</summary>
    public ReadOnlySpan<int> LevelEnds => _ends.AsSpan(0, _levels);

    /// <summary>Rows ranked.</summary>
    public int Length { get; private set; }

    /// <summary>Ranks by Hamming distances <c>[N]</c> in 0..bits, by counting.</summary>
    public void RankByCounting(ReadOnlySpan<int> distances, int bits, int top, int excluded)
    {
        Reserve(distances.Length);
        if (_histogram.Length != bits + 1) _histogram = new int[bits + 1];
        Span<int> next = _histogram;
        next.Clear();
        foreach (int distance in distances) next[distance]++;
        if (excluded >= 0) next[distances[excluded]]--;
        // The histogram becomes the first place of each distance; the cut is the distance with which R items are reached.
        int cut = 0, total = 0;
        _levels = 0;
        for (int distance = 0; distance < next.Length && total < top; distance++)
        {
            int items = next[distance];
            next[distance] = total;
            total += items;
            cut = distance;
            if (items > 0) _ends[_levels++] = total;
        }
        Length = total;
        for (int row = 0; row < distances.Length; row++)
        {
            int distance = distances[row];
            if (distance <= cut && row != excluded) _rows[next[distance]++] = row;
        }
    }

    /// <summary>Ranks by real numbers <c>[N]</c>, none NaN, smallest or largest first.</summary>
    public void RankBySelection(ReadOnlySpan<float> values, bool largestFirst, int top, int excluded)
    {
        Reserve(values.Length);
        Length = 0;
        foreach (ulong key in _selector.Select(values, top, largestFirst, excluded)) _rows[Length++] = SmallestKeys.Row(key);
        // The rest of the last level: rows after the last one chosen, at its distance.
        int last = _rows[Length - 1];
        float cut = values[last];
        for (int row = last + 1; row < values.Length; row++)
        {
            if (values[row] == cut && row != excluded) _rows[Length++] = row;
        }
        _levels = 0;
        for (int i = 1; i <= Length; i++)
        {
            if (i == Length || values[_rows[i]] != values[_rows[i - 1]]) _ends[_levels++] = i;
        }
    }

    private void Reserve(int count)
    {
        if (_rows.Length >= count) return;
        _rows = new int[count];
        _ends = new int[count];
    }
}
