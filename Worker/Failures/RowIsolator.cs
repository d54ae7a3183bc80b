namespace Worker.Failures;

/// <summary>
/// Finds the rows that a database refuses, in few attempts. It is told what became of a part and says which part is next. Where the server names
/// the row, that one goes and the others are tried again; where it does not, what was refused is halved until a row is refused alone.
/// </summary>
/// <remarks>
/// One among <c>n</c> is found in log2(n) + 2 attempts, and one more stores what was never tried meanwhile. Where all are bad, each takes two, and the first log2(n) more;
/// when they are named, each takes one, and a row is sent about log2(n) times.
/// </remarks>
internal sealed class RowIsolator
{
    // Parts of which nothing is known.
    private readonly Stack<int[]> _untried = [];

    // A part that was refused, or what is left of it after its beginning was stored: there is a culprit in it.
    private int[] _guilty = [];

    /// <summary>Begins with some rows.</summary>
    /// <param name="first">Numbers of those that are written first.</param>
    /// <param name="rest">Numbers of those that follow.</param>
    public RowIsolator(int[] first, int[] rest)
    {
        Next = first;
        LeaveForLater(rest);
    }

    /// <summary>The rows to write next; none when all are stored or found unfit.</summary>
    public int[] Next { get; private set; }

    /// <summary>The row that the last refusal proved to be unfit, if it did.</summary>
    public int? Culprit { get; private set; }

    /// <summary>Rows found unfit.</summary>
    public int Culprits { get; private set; }

    /// <summary>Nothing is left but <see cref="Next"/>.</summary>
    public bool IsLast => _untried.Count == 0 && _guilty.Length <= Next.Length;

    /// <summary><see cref="Next"/> is stored.</summary>
    public void Stored()
    {
        Culprit = null;
        Pursue(_guilty.Length > 0 ? _guilty[Next.Length..] : []);
    }

    /// <summary><see cref="Next"/> was refused.</summary>
    /// <param name="culprit">Where in it the refused row is, when the server says so.</param>
    public void Refused(int? culprit)
    {
        Culprit = null;
        var refused = Next;
        LeaveForLater(_guilty.Length > 0 ? _guilty[refused.Length..] : []);
        var isNamed = culprit >= 0 && culprit < refused.Length;
        if (!isNamed && refused.Length > 1)
        {
            Pursue(refused);
            return;
        }

        var found = isNamed ? culprit!.Value : 0;
        Culprit = refused[found];
        Culprits++;
        int[] others = [.. refused[..found], .. refused[(found + 1)..]];

        // Where there are many culprits, each named one would cost all that are left once more.
        var half = isNamed && Culprits > 1 ? others.Length / 2 : 0;
        LeaveForLater(others[half..]);
        LeaveForLater(others[..half]);
        Pursue([]);
    }

    private void Pursue(int[] guilty)
    {
        _guilty = guilty;
        Next = guilty.Length switch
        {
            0 => TakeUntried(),

            // Whoever is left over has not been refused alone yet. Nobody is blamed because the others were fine.
            1 => guilty,
            _ => guilty[..(guilty.Length / 2)],
        };
    }

    private void LeaveForLater(int[] rows)
    {
        if (rows.Length > 0)
        {
            _untried.Push(rows);
        }
    }

    // There is seldom a second culprit, so what is left is written in one piece. Where there was one, it is written in the pieces it was left in.
    private int[] TakeUntried()
    {
        if (Culprits > 1)
        {
            return _untried.TryPop(out var part) ? part : [];
        }

        int[] all = [.. _untried.SelectMany(part => part)];
        _untried.Clear();
        return all;
    }
}
