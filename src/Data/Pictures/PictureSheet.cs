using JaccardKernels.Problems;

namespace JaccardKernels.Data;

/// <summary>Draws the sheet that people look at: a row for each query, the query first, then its results by rank.</summary>
public static class PictureSheet
{
    private const int Margin = 16;
    private const int Gap = 10;
    private const int QueryGap = 18;
    private const int BroadFrame = 4;
    private const int NarrowFrame = 2;
    private const int LineHeight = BitmapFont.GlyphHeight + 2;

    private static readonly Rgb s_paper = new(250, 250, 248);
    private static readonly Rgb s_ink = new(32, 32, 36);
    private static readonly Rgb s_faint = new(110, 110, 118);
    private static readonly Rgb s_green = new(34, 145, 84);
    private static readonly Rgb s_red = new(205, 66, 56);
    private static readonly Rgb s_grey = new(150, 150, 156);

    /// <summary>Draws a sheet.</summary>
    /// <param name="title">First line.</param>
    /// <param name="notes">Lines below it: what the captions and frames mean.</param>
    /// <param name="rows">Rows of pictures, the query first; rows may differ in length.</param>
    /// <param name="cell">Side of a picture on the sheet, 32 to 512 pixels; pictures keep their proportions.</param>
    /// <exception cref="ArgumentException">There is no picture.</exception>
    public static RgbImage Draw(string title, IReadOnlyList<string> notes, IReadOnlyList<IReadOnlyList<SheetPicture>> rows, int cell = 112)
    {
        Guard.InRange(cell, 32, 512);
        int columns = rows.Count == 0 ? 0 : rows.Max(row => row.Count);
        if (columns == 0) throw new ArgumentException("the sheet has no picture.", nameof(rows));
        int captionLines = rows.Max(row => row.Max(picture => picture.Caption.Count));
        int outer = cell + 2 * BroadFrame;
        int rowHeight = outer + captionLines * LineHeight + Gap;
        int header = 2 * BitmapFont.GlyphHeight + 10 + notes.Count * LineHeight + Gap;
        int width = 2 * Margin + columns * outer + (columns - 1) * Gap + (columns > 1 ? QueryGap : 0);
        int text = notes.Aggregate(BitmapFont.Measure(title, 2), (widest, note) => Math.Max(widest, BitmapFont.Measure(note, 1)));
        width = Math.Max(width, 2 * Margin + text);
        var sheet = new RgbImage(width, 2 * Margin + header + rows.Count * rowHeight);

        PixelOperations.Fill(sheet, 0, 0, sheet.Width, sheet.Height, s_paper);
        BitmapFont.Draw(sheet, Margin, Margin, title, s_ink, 2);
        int y = Margin + 2 * BitmapFont.GlyphHeight + 10;
        foreach (string note in notes)
        {
            BitmapFont.Draw(sheet, Margin, y, note, s_faint, 1);
            y += LineHeight;
        }
        y = Margin + header;
        foreach (IReadOnlyList<SheetPicture> row in rows)
        {
            for (int column = 0; column < row.Count; column++)
                DrawPicture(sheet, Margin + column * (outer + Gap) + (column > 0 ? QueryGap : 0), y, row[column], cell);
            y += rowHeight;
        }
        return sheet;
    }

    private static void DrawPicture(RgbImage sheet, int left, int top, SheetPicture picture, int cell)
    {
        (Rgb color, int frame) = picture.Frame switch
        {
            SheetFrame.Query => (s_ink, NarrowFrame),
            SheetFrame.Relevant => (s_green, BroadFrame),
            SheetFrame.Irrelevant => (s_red, NarrowFrame),
            _ => (s_grey, NarrowFrame),
        };
        RgbImage inner = Scale(picture.Image, cell);
        int x = left + BroadFrame + (cell - inner.Width) / 2, y = top + BroadFrame + (cell - inner.Height) / 2;
        PixelOperations.Fill(sheet, x - frame, y - frame, inner.Width + 2 * frame, inner.Height + 2 * frame, color);
        PixelOperations.Paste(sheet, x, y, inner);
        int line = top + cell + 2 * BroadFrame + 3;
        int fitting = BitmapFont.Fitting(cell + 2 * BroadFrame, 1);
        foreach (string caption in picture.Caption)
        {
            string text = caption.Length <= fitting ? caption : caption[..(fitting - 2)] + "..";
            BitmapFont.Draw(sheet, left + BroadFrame, line, text, s_ink, 1);
            line += LineHeight;
        }
    }

    // As large as the cell allows, in its own proportions.
    private static RgbImage Scale(RgbImage image, int cell)
    {
        int longer = Math.Max(image.Width, image.Height);
        return Resampler.Resize(
            image, Math.Max(1, (int)((long)image.Width * cell / longer)), Math.Max(1, (int)((long)image.Height * cell / longer)));
    }
}
