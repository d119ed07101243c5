using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>
/// Scenes composed of real tiles: 1 to 6 tiles of 1 to 3 classes on a jittered 3 x 3 grid over noise on a random grey, each tile mirrored
/// or not. A scene is three tiles wide; it is a pure function of (seed, split, index) and the tiles.
/// </summary>
public sealed class ComposedSceneSet : ByteImageSet
{
    private const int Grid = 3;
    private const int MaximumTiles = 6;
    private const int MaximumClasses = 3;

    private readonly TileBank _bank;
    private readonly int _seed;
    private readonly int _split;

    internal ComposedSceneSet(string name, TileBank bank, ImageInput input, int seed, int split, int count, Augmentation augmentation)
        : base(name, bank.ClassNames, CountTiles(bank, seed, split, count), count, input, augmentation, cache: null)
    {
        _bank = bank;
        _seed = seed;
        _split = split;
    }

    /// <summary>Side of a scene, in pixels, for tiles of a side.</summary>
    internal static int SceneSize(int tileSize) => Grid * tileSize;

    /// <inheritdoc/>
    public override string Id(int index) => $"composed/{_seed}/{_split}/{index}";

    private protected override void Render(int index, Span<byte> pixels)
    {
        RandomStream random = RandomStream.Of(_seed, _split, index);
        Span<int> tiles = stackalloc int[MaximumTiles];
        tiles = tiles[..DrawTiles(_bank, ref random, tiles)];
        DrawGround(ref random, pixels);
        Span<int> cells = stackalloc int[Grid * Grid];
        for (int i = 0; i < cells.Length; i++) cells[i] = i;
        random.Shuffle(cells);
        for (int i = 0; i < tiles.Length; i++)
        {
            // A cell is as large as a tile: jitter by an eighth of it makes tiles overlap a little.
            int jitter = _bank.Size / 8, limit = Width - _bank.Size;
            int left = Math.Clamp(cells[i] % Grid * _bank.Size + random.Below(2 * jitter + 1) - jitter, 0, limit);
            int top = Math.Clamp(cells[i] / Grid * _bank.Size + random.Below(2 * jitter + 1) - jitter, 0, limit);
            Paste(_bank.Pixels(tiles[i]), left, top, random.Coin(), pixels);
        }
    }

    private static int DrawTiles(TileBank bank, ref RandomStream random, Span<int> tiles)
    {
        int count = 1 + random.Below(MaximumTiles);
        int kinds = Math.Min(1 + random.Below(Math.Min(MaximumClasses, bank.ClassNames.Length)), count);
        Span<int> classes = bank.ClassNames.Length <= 256 ? stackalloc int[bank.ClassNames.Length] : new int[bank.ClassNames.Length];
        for (int c = 0; c < classes.Length; c++) classes[c] = c;
        random.Shuffle(classes);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<int> pool = bank.OfClass(classes[i < kinds ? i : random.Below(kinds)]);
            tiles[i] = pool[random.Below(pool.Length)];
        }
        return count;
    }

    private static void DrawGround(ref RandomStream random, Span<byte> pixels)
    {
        const int Amplitude = 25;
        int grey = 64 + random.Below(128);
        ulong key = random.Fork();
        for (int i = 0; i < pixels.Length; i++)
        {
            // Uniform in grey - 25 to grey + 25, by a multiplication in place of a remainder.
            int noise = (int)(((ulong)CounterRandom.Bits(key, i) * (2 * Amplitude + 1)) >> 32) - Amplitude;
            pixels[i] = (byte)(grey + noise);
        }
    }

    private void Paste(ReadOnlySpan<byte> tile, int left, int top, bool flip, Span<byte> pixels)
    {
        int length = _bank.Size * 3;
        for (int y = 0; y < _bank.Size; y++)
        {
            ReadOnlySpan<byte> row = tile.Slice(y * length, length);
            Span<byte> target = pixels.Slice(((top + y) * Width + left) * 3, length);
            if (!flip)
            {
                row.CopyTo(target);
                continue;
            }
            for (int x = 0; x < length; x += 3) row.Slice(length - 3 - x, 3).CopyTo(target.Slice(x, 3));
        }
    }

    private static int[] CountTiles(TileBank bank, int seed, int split, int count)
    {
        int classes = bank.ClassNames.Length;
        int[] counts = new int[count * classes];
        Span<int> tiles = stackalloc int[MaximumTiles];
        for (int i = 0; i < count; i++)
        {
            RandomStream random = RandomStream.Of(seed, split, i);
            foreach (int tile in tiles[..DrawTiles(bank, ref random, tiles)]) counts[i * classes + bank.Class(tile)]++;
        }
        return counts;
    }
}
