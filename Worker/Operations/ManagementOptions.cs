namespace Worker.Operations;

/// <summary>Who may see more of a running worker than its health. Section <c>Management</c>.</summary>
internal sealed class ManagementOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Management";

    /// <summary>The fewest characters of a token: 16, so that guessing is hopeless.</summary>
    public const int ShortestToken = 16;

    /// <summary>
    /// Gets or sets the token that opens <c>/profile</c> on the management port, sent as <c>Authorization: Bearer TOKEN</c>. Without one there is
    /// no <c>/profile</c>. Read anew with each request.
    /// </summary>
    /// <value>The default is none. At least 16 visible ASCII characters.</value>
    public string AdminToken { get; set; } = "";
}
