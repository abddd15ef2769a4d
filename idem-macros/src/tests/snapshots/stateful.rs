#[automatically_derived]
impl ::idem_diesel::Stateful for Order {
    type State = OrderState;
    type Key = i32;
    type StateColumn = orders::state;
    type StateSql = ::idem_diesel::__private::SqlTypeOf<Self::StateColumn>;
    fn facts() -> ::idem_diesel::__private::Facts<Self> {
        #[allow(unused_imports)]
        use ::idem_diesel::__private::NotDerived as _;
        let probe = ::idem_diesel::__private::Probe::<Self>::new();
        ::idem_diesel::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
    #[allow(clippy::misnamed_getters)]
    fn state(&self) -> &OrderState {
        &self.state
    }
}
