namespace Worker.Operations.Doctor;

/// <summary>How bad it is.</summary>
internal enum Grade
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and will not always.</summary>
    Warn,

    /// <summary>The worker will not store orders like this.</summary>
    Fail,
}
