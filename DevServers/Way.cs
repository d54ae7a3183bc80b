namespace DevServers;

/// <summary>Which way bytes go through a <see cref="FaultProxy"/>.</summary>
internal enum Way
{
    /// <summary>From the client to the server.</summary>
    ToServer,

    /// <summary>From the server to the client.</summary>
    ToClient,
}
