namespace Worker.Failures;

/// <summary>The breaker's answer to whoever wants to write.</summary>
/// <param name="Wait">Ask again after this time; zero to go ahead.</param>
/// <param name="IsTrial">Go ahead with little: everybody else waits for what becomes of it.</param>
internal readonly record struct Turn(TimeSpan Wait, bool IsTrial)
{
    public bool IsNow => Wait == TimeSpan.Zero;
}
