using FsCheck;
using FsCheck.Fluent;

namespace UnitTests.Support;

/// <summary>
/// The draws from which a case is built. Whatever is built from them shrinks without a shrinker of its own: fewer and smaller draws
/// build a simpler case, because 0 always stands for the simplest choice and nothing but 0 comes after the last draw.
/// </summary>
internal sealed class Choices
{
    private const int Draws = 1500;

    private readonly int[] _draws;
    private int _position;

    private Choices(int[] draws)
    {
        _draws = draws;
    }

    public static Arbitrary<Choices> Arbitrary { get; } =
        Arb.From(Gen.Choose(int.MinValue, int.MaxValue).Select(FromSeed), choices => choices.Simpler());

    /// <summary>The simplest choice, always.</summary>
    public static Choices Simplest() => new([]);

    public static Choices FromSeed(int seed)
    {
        var random = new Random(seed);
        var draws = new int[Draws];
        for (var i = 0; i < draws.Length; i++)
        {
            draws[i] = random.Next();
        }

        return new Choices(draws);
    }

    public Choices Rewind()
    {
        _position = 0;
        return this;
    }

    /// <summary>A number from 0 to one less than the limit.</summary>
    public int Below(int limit) => (int)BelowLong(limit);

    public long BelowLong(long limit) => limit <= int.MaxValue ? Next() % limit : ((long)Next() << 31 | (long)Next()) % limit;

    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True in one of so many cases.</summary>
    public bool Rarely(int oneIn) => Below(oneIn) == oneIn - 1;

    public T OneOf<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    public void Shuffle<T>(IList<T> values)
    {
        for (var i = 0; i < values.Count - 1; i++)
        {
            var other = i + Below(values.Count - i);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    private int Next()
    {
        var draw = _position < _draws.Length ? _draws[_position] : 0;
        _position++;
        return draw;
    }

    private IEnumerable<Choices> Simpler()
    {
        var used = Math.Min(_position, _draws.Length);
        for (var cut = used; cut > 0; cut /= 2)
        {
            yield return new Choices(_draws[..(used - cut)]);
        }

        for (var width = used / 2; width > 0; width /= 2)
        {
            for (var start = 0; start + width <= used; start += width)
            {
                if (_draws.AsSpan(start, width).ContainsAnyExcept(0))
                {
                    yield return With(draws => draws.AsSpan(start, width).Clear());
                }
            }
        }

        for (var i = 0; i < used; i++)
        {
            // Small draws only: the large ones are remainders of nothing in particular.
            if (_draws[i] is > 1 and < 256)
            {
                yield return With(draws => draws[i]--);
            }
            else if (_draws[i] >= 256)
            {
                yield return With(draws => draws[i] = 1);
            }
        }

        Choices With(Action<int[]> change)
        {
            var draws = _draws[..used];
            change(draws);
            return new Choices(draws);
        }
    }
}
