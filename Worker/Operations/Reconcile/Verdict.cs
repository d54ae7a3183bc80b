namespace Worker.Operations.Reconcile;

/// <summary>What the books say.</summary>
internal enum Verdict
{
    /// <summary>Every message is accounted for.</summary>
    AddsUp,

    /// <summary>As many messages still wait as are missing, or more.</summary>
    NotYet,

    /// <summary>Messages are missing, or there are more than were published.</summary>
    DoesNotAddUp,
}
