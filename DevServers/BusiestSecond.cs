namespace DevServers;

/// <summary>Counts what happens by the second, and keeps the most of any second so far.</summary>
/// <remarks>Not thread-safe, but for reading <see cref="Most"/>.</remarks>
internal sealed class BusiestSecond(TimeProvider time)
{
    private long _second;
    private int _inSecond;
    private int _most;

    public int Most => Volatile.Read(ref _most);

    public void Count()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        (_second, _inSecond) = (second, second == _second ? _inSecond + 1 : 1);
        Volatile.Write(ref _most, Math.Max(_most, _inSecond));
    }
}
