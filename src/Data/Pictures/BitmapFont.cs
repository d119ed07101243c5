namespace JaccardKernels.Data;

/// <summary>
/// A font of 5 x 7 dots for the printable characters of ASCII, drawn for this project, so that pictures carry text on machines without any
/// font. Other characters are shown as a question mark.
/// </summary>
internal static class BitmapFont
{
    /// <summary>Dots of a character across, without the gap behind it.</summary>
    public const int GlyphWidth = 5;

    /// <summary>Dots of a character down.</summary>
    public const int GlyphHeight = 7;

    private const int Advance = GlyphWidth + 1;

    // A character a line: itself, then its rows from the top.
    private const string Drawing = """
        ! ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..#..
        " .#.#. .#.#. .#.#. ..... ..... ..... .....
        # .#.#. .#.#. ##### .#.#. ##### .#.#. .#.#.
        $ ..#.. .#### #.#.. .###. ..#.# ####. ..#..
        % ##..# ##..# ...#. ..#.. .#... #..## #..##
        & .##.. #..#. #.#.. .#... #.#.# #..#. .##.#
        ' ..#.. ..#.. .#... ..... ..... ..... .....
        ( ...#. ..#.. .#... .#... .#... ..#.. ...#.
        ) .#... ..#.. ...#. ...#. ...#. ..#.. .#...
        * ..... ..#.. #.#.# .###. #.#.# ..#.. .....
        + ..... ..#.. ..#.. ##### ..#.. ..#.. .....
        , ..... ..... ..... ..... ..##. ..#.. .#...
        - ..... ..... ..... ##### ..... ..... .....
        . ..... ..... ..... ..... ..... .##.. .##..
        / ....# ....# ...#. ..#.. .#... #.... #....
        0 .###. #...# #..## #.#.# ##..# #...# .###.
        1 ..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.
        2 .###. #...# ....# ..##. .#... #.... #####
        3 .###. #...# ....# ..##. ....# #...# .###.
        4 ...#. ..##. .#.#. #..#. ##### ...#. ...#.
        5 ##### #.... ####. ....# ....# #...# .###.
        6 ..##. .#... #.... ####. #...# #...# .###.
        7 ##### ....# ...#. ..#.. ..#.. .#... .#...
        8 .###. #...# #...# .###. #...# #...# .###.
        9 .###. #...# #...# .#### ....# ...#. .##..
        : ..... .##.. .##.. ..... .##.. .##.. .....
        ; ..... .##.. .##.. ..... .##.. ..#.. .#...
        < ...#. ..#.. .#... #.... .#... ..#.. ...#.
        = ..... ..... ##### ..... ##### ..... .....
        > .#... ..#.. ...#. ....# ...#. ..#.. .#...
        ? .###. #...# ....# ..##. ..#.. ..... ..#..
        @ .###. #...# #.### #.#.# #.##. #.... .####
        A .###. #...# #...# ##### #...# #...# #...#
        B ####. #...# #...# ####. #...# #...# ####.
        C .###. #...# #.... #.... #.... #...# .###.
        D ###.. #..#. #...# #...# #...# #..#. ###..
        E ##### #.... #.... ####. #.... #.... #####
        F ##### #.... #.... ####. #.... #.... #....
        G .###. #...# #.... #.### #...# #...# .####
        H #...# #...# #...# ##### #...# #...# #...#
        I .###. ..#.. ..#.. ..#.. ..#.. ..#.. .###.
        J ..### ...#. ...#. ...#. ...#. #..#. .##..
        K #...# #..#. #.#.. ##... #.#.. #..#. #...#
        L #.... #.... #.... #.... #.... #.... #####
        M #...# ##.## #.#.# #.#.# #...# #...# #...#
        N #...# ##..# #.#.# #.#.# #..## #...# #...#
        O .###. #...# #...# #...# #...# #...# .###.
        P ####. #...# #...# ####. #.... #.... #....
        Q .###. #...# #...# #...# #.#.# #..#. .##.#
        R ####. #...# #...# ####. #.#.. #..#. #...#
        S .#### #.... #.... .###. ....# ....# ####.
        T ##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
        U #...# #...# #...# #...# #...# #...# .###.
        V #...# #...# #...# #...# .#.#. .#.#. ..#..
        W #...# #...# #...# #.#.# #.#.# ##.## #...#
        X #...# #...# .#.#. ..#.. .#.#. #...# #...#
        Y #...# #...# .#.#. ..#.. ..#.. ..#.. ..#..
        Z ##### ....# ...#. ..#.. .#... #.... #####
        [ .###. .#... .#... .#... .#... .#... .###.
        \ #.... #.... .#... ..#.. ...#. ....# ....#
        ] .###. ...#. ...#. ...#. ...#. ...#. .###.
        ^ ..#.. .#.#. #...# ..... ..... ..... .....
        _ ..... ..... ..... ..... ..... ..... #####
        ` .#... ..#.. ..... ..... ..... ..... .....
        a ..... ..... .###. ....# .#### #...# .####
        b #.... #.... ####. #...# #...# #...# ####.
        c ..... ..... .###. #.... #.... #.... .###.
        d ....# ....# .#### #...# #...# #...# .####
        e ..... ..... .###. #...# ##### #.... .###.
        f ..##. .#... ####. .#... .#... .#... .#...
        g ..... .#### #...# #...# .#### ....# .###.
        h #.... #.... ####. #...# #...# #...# #...#
        i ..#.. ..... .##.. ..#.. ..#.. ..#.. .###.
        j ...#. ..... ..##. ...#. ...#. #..#. .##..
        k #.... #.... #..#. #.#.. ##... #.#.. #..#.
        l .##.. ..#.. ..#.. ..#.. ..#.. ..#.. .###.
        m ..... ..... ##.#. #.#.# #.#.# #.#.# #.#.#
        n ..... ..... ####. #...# #...# #...# #...#
        o ..... ..... .###. #...# #...# #...# .###.
        p ..... ####. #...# #...# ####. #.... #....
        q ..... .#### #...# #...# .#### ....# ....#
        r ..... ..... #.##. ##... #.... #.... #....
        s ..... ..... .#### #.... .###. ....# ####.
        t .#... .#... ####. .#... .#... .#... ..##.
        u ..... ..... #...# #...# #...# #..## .##.#
        v ..... ..... #...# #...# #...# .#.#. ..#..
        w ..... ..... #...# #...# #.#.# #.#.# .#.#.
        x ..... ..... #...# .#.#. ..#.. .#.#. #...#
        y ..... #...# #...# #...# .#### ....# .###.
        z ..... ..... ##### ...#. ..#.. .#... #####
        { ...#. ..#.. ..#.. .#... ..#.. ..#.. ...#.
        | ..#.. ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
        } .#... ..#.. ..#.. ...#. ..#.. ..#.. .#...
        ~ ..... ..... .#... #.#.# ...#. ..... .....
        """;

    // 35 dots of each character from '!' on, row by row, least significant bit first.
    private static readonly ulong[] s_glyphs = [.. Drawing.Split('\n').Select(Pack)];

    /// <summary>Width of a text in pixels.</summary>
    public static int Measure(string text, int scale) => text.Length == 0 ? 0 : (text.Length * Advance - 1) * scale;

    /// <summary>How many characters fit a width.</summary>
    public static int Fitting(int width, int scale) => (width / scale + 1) / Advance;

    /// <summary>Draws a line of text; what falls outside the picture is left out.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="left">Left edge of the first character.</param>
    /// <param name="top">Upper edge.</param>
    /// <param name="text">What to write.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="scale">Pixels a dot.</param>
    public static void Draw(RgbImage image, int left, int top, string text, Rgb color, int scale)
    {
        foreach (char character in text)
        {
            DrawGlyph(image, left, top, character is > ' ' and <= '~' ? character : character == ' ' ? ' ' : '?', color, scale);
            left += Advance * scale;
        }
    }

    private static void DrawGlyph(RgbImage image, int left, int top, char character, Rgb color, int scale)
    {
        if (character == ' ') return;
        ulong glyph = s_glyphs[character - '!'];
        for (int dot = 0; dot < GlyphWidth * GlyphHeight; dot++)
        {
            if ((glyph >> dot & 1) != 0)
                PixelOperations.Fill(image, left + dot % GlyphWidth * scale, top + dot / GlyphWidth * scale, scale, scale, color);
        }
    }

    private static ulong Pack(string line)
    {
        ulong glyph = 0;
        int dot = 0;
        foreach (char mark in line.AsSpan(1))
        {
            if (mark is not ('#' or '.')) continue;
            if (mark == '#') glyph |= 1UL << dot;
            dot++;
        }
        return glyph;
    }
}
