using System.Numerics;
using System.Runtime.CompilerServices;

namespace JaccardKernels.Data;

/// <summary>
/// Keeps every object of a growing scene visible: samples each on a grid of 12 x 12 points and counts the points that later objects
/// leave.
/// </summary>
/// <param name="share">The least visible part of an object, 0 to 1.</param>
internal struct SceneVisibility(float share)
{
    private const int Grid = 12;

    private readonly float _share = share;
    private Samples _all;
    private Samples _left;

    /// <summary>Puts an object in front of the others, unless it would hide too much of one.</summary>
    public bool TryPlace(ReadOnlySpan<SceneObject> behind, in SceneObject candidate)
    {
        Samples trial = _left;
        for (int i = 0; i < behind.Length; i++)
        {
            float dx = behind[i].X - candidate.X, dy = behind[i].Y - candidate.Y, reach = behind[i].Radius + candidate.Radius;
            if (dx * dx + dy * dy >= reach * reach) continue;
            trial[i] = Uncovered(in behind[i], _left[i], in candidate);
            if (Size(trial[i]) < _share * Size(_all[i])) return false;
        }
        trial[behind.Length] = Covered(in candidate);
        _all[behind.Length] = trial[behind.Length];
        _left = trial;
        return true;
    }

    private static PointSet Covered(in SceneObject shape)
    {
        PointSet inside = default;
        for (int point = 0; point < Grid * Grid; point++)
        {
            (float x, float y) = Place(in shape, point);
            if (shape.Distance(x, y) < 0) inside[point >> 6] |= 1UL << (point & 63);
        }
        return inside;
    }

    private static PointSet Uncovered(in SceneObject shape, PointSet points, in SceneObject cover)
    {
        for (int word = 0; word < 3; word++)
        {
            for (ulong rest = points[word]; rest != 0; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                (float x, float y) = Place(in shape, word * 64 + bit);
                if (cover.Distance(x, y) < 0) points[word] &= ~(1UL << bit);
            }
        }
        return points;
    }

    private static (float X, float Y) Place(in SceneObject shape, int point) =>
        (shape.X + ((point % Grid + 0.5f) * 2 / Grid - 1) * shape.Radius, shape.Y + ((point / Grid + 0.5f) * 2 / Grid - 1) * shape.Radius);

    private static int Size(PointSet points) =>
        BitOperations.PopCount(points[0]) + BitOperations.PopCount(points[1]) + BitOperations.PopCount(points[2]);

    /// <summary>144 points, a bit each, in three words.</summary>
    [InlineArray(3)]
    private struct PointSet
    {
        private ulong _first;
    }

    [InlineArray(SceneGenerator.MaximumObjects)]
    private struct Samples
    {
        private PointSet _first;
    }
}
