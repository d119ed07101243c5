using ILGPU;

namespace JaccardKernels.Gpu;

/// <summary>What the steps of <see cref="HammingHistogramSearch"/> share; the sizes are of a block of queries.</summary>
internal struct SelectionOperands
{
    /// <summary>[Q,N], and how many rows lie at each distance, [Q,Bins].</summary>
    public ArrayView<int> Distances, Histogram;

    /// <summary>[Q,2]: the distance T of the K-th neighbour, and how many rows are nearer than T.</summary>
    public ArrayView<int> Thresholds;

    /// <summary>[Q,SegmentCount,2]: rows of a segment nearer than T, and at T; after the offset step, those of the segments before.</summary>
    public ArrayView<int> Segments;

    /// <summary>[Q,K]: rows nearer than T in order of row.</summary>
    public ArrayView<int> CandidateDistances, CandidateRows;

    /// <summary>[Q,K].</summary>
    public ArrayView<int> ResultDistances, ResultRows;

    public int Queries, Count, Bins, K, SegmentCount, SegmentLength;
}

/// <summary>
/// Exact, stable selection of the K least of each row of a distance matrix with small integer values: the steps of <see cref="HammingHistogramSearch"/>.
/// </summary>
internal static class HammingSelection
{
    /// <summary>A thread a bin.</summary>
    [GpuKernel]
    public static void Clear(SelectionOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Queries * o.Bins)) return;
        o.Histogram[i] = 0;
    }

    /// <summary>A group a segment of a query.</summary>
    [GpuKernel]
    public static void Histogram(SelectionOperands o)
    {
        int query = Grid.IdxX / o.SegmentCount, start = Grid.IdxX % o.SegmentCount * o.SegmentLength;
        int length = IntrinsicMath.Min(o.SegmentLength, o.Count - start);
        for (int i = Group.IdxX; i < length; i += Group.DimX)
        {
            int distance = o.Distances[(long)query * o.Count + start + i];
            Atomic.Add(ref o.Histogram[query * o.Bins + distance], 1);
        }
    }

    /// <summary>A thread a query.</summary>
    [GpuKernel]
    public static void Threshold(SelectionOperands o)
    {
        int query = Threads.Index;
        if (Threads.Beyond(query, o.Queries)) return;
        int distance = 0, nearer = 0, here = o.Histogram[query * o.Bins];
        while (distance < o.Bins - 1 && nearer + here < o.K)
        {
            nearer += here;
            distance++;
            here = o.Histogram[query * o.Bins + distance];
        }
        o.Thresholds[2 * query] = distance;
        o.Thresholds[2 * query + 1] = nearer;
    }

    /// <summary>A group a segment of a query.</summary>
    [GpuKernel]
    public static void Count(SelectionOperands o)
    {
        int query = Grid.IdxX / o.SegmentCount, start = Grid.IdxX % o.SegmentCount * o.SegmentLength;
        int length = IntrinsicMath.Min(o.SegmentLength, o.Count - start), threshold = o.Thresholds[2 * query];
        long both = 0; // rows nearer in the upper half, rows at T in the lower
        for (int i = Group.IdxX; i < length; i += Group.DimX)
        {
            int distance = o.Distances[(long)query * o.Count + start + i];
            if (distance < threshold) both += 1L << 32;
            if (distance == threshold) both++;
        }
        both = GroupReduce.Sum(both);
        if (Group.IdxX != 0) return;
        o.Segments[2 * Grid.IdxX] = (int)(both >> 32);
        o.Segments[2 * Grid.IdxX + 1] = (int)both;
    }

    /// <summary>A thread a query: counts become offsets.</summary>
    [GpuKernel]
    public static void Offset(SelectionOperands o)
    {
        int query = Threads.Index;
        if (Threads.Beyond(query, o.Queries)) return;
        int nearer = 0, equal = 0;
        for (int segment = 0; segment < o.SegmentCount; segment++)
        {
            int at = 2 * (query * o.SegmentCount + segment), nearerHere = o.Segments[at], equalHere = o.Segments[at + 1];
            o.Segments[at] = nearer;
            o.Segments[at + 1] = equal;
            nearer += nearerHere;
            equal += equalHere;
        }
    }

    /// <summary>A group a segment of a query: rows nearer than T become candidates, rows at T go to their place behind them.</summary>
    [GpuKernel]
    public static void Collect(SelectionOperands o)
    {
        int query = Grid.IdxX / o.SegmentCount, start = Grid.IdxX % o.SegmentCount * o.SegmentLength;
        int length = IntrinsicMath.Min(o.SegmentLength, o.Count - start);
        int threshold = o.Thresholds[2 * query], nearerBefore = o.Segments[2 * Grid.IdxX];
        int equalBefore = o.Thresholds[2 * query + 1] + o.Segments[2 * Grid.IdxX + 1];
        ArrayView<int> total = SharedMemory.Allocate<int>(1);
        for (int chunk = 0; chunk < length; chunk += Group.DimX)
        {
            int row = start + chunk + Group.IdxX, distance = chunk + Group.IdxX < length ? o.Distances[(long)query * o.Count + row] : o.Bins;
            // Not as one nested conditional: ILGPU 1.5.3 merges `a ? x : b ? y : 0` into `a || b ? y : 0`.
            int isNearer = distance < threshold ? 1 : 0, isEqual = distance == threshold ? 1 : 0, flags = (isNearer << 16) | isEqual;
            int scan = GroupReduce.InclusiveScan(flags), before = scan - flags;
            if (distance < threshold)
            {
                int at = query * o.K + nearerBefore + (before >> 16);
                o.CandidateDistances[at] = distance;
                o.CandidateRows[at] = row;
            }
            int place = equalBefore + (before & 0xFFFF);
            if (distance == threshold && place < o.K)
            {
                o.ResultDistances[query * o.K + place] = distance;
                o.ResultRows[query * o.K + place] = row;
            }
            if (Group.IdxX == Group.DimX - 1) total[0] = scan;
            Group.Barrier();
            nearerBefore += total[0] >> 16;
            equalBefore += total[0] & 0xFFFF;
        }
    }

    /// <summary>A thread a place of the result: candidates find their rank; places beyond N get -1.</summary>
    [GpuKernel]
    public static void Order(SelectionOperands o)
    {
        int i = Threads.Index;
        if (Threads.Beyond(i, o.Queries * o.K)) return;
        int query = i / o.K, start = query * o.K, own = i % o.K, candidates = o.Thresholds[2 * query + 1];
        if (own >= o.Count)
        {
            o.ResultDistances[i] = -1;
            o.ResultRows[i] = -1;
        }
        if (own >= candidates) return;
        int distance = o.CandidateDistances[i], rank = 0;
        for (int other = 0; other < candidates; other++)
        {
            int otherDistance = o.CandidateDistances[start + other];
            if (otherDistance < distance || (otherDistance == distance && other < own)) rank++;
        }
        o.ResultDistances[start + rank] = distance;
        o.ResultRows[start + rank] = o.CandidateRows[i];
    }
}
