#[automatically_derived]
impl ::idem_diesel::HasVersion for HTTPRequest {
    type Version = i32;
    #[allow(clippy::misnamed_getters)]
    fn version(&self) -> &i32 {
        &self.version
    }
}
#[automatically_derived]
impl ::idem_diesel::Versioned for HTTPRequest {
    type VersionColumn = h_t_t_p_requests::r#type;
    type VersionSql = ::idem_diesel::__private::SqlTypeOf<Self::VersionColumn>;
    const VERSION: ::idem_diesel::__private::VersionColumn = ::idem_diesel::__private::increment::<
        Self::Version,
        Self::VersionColumn,
    >();
    fn table_names() -> ::std::vec::Vec<::std::string::String> {
        ::idem_diesel::__private::table_names::<h_t_t_p_requests::table>()
    }
    fn facts() -> ::idem_diesel::__private::Facts<Self> {
        #[allow(unused_imports)]
        use ::idem_diesel::__private::NotDerived as _;
        let probe = ::idem_diesel::__private::Probe::<Self>::new();
        ::idem_diesel::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
}
